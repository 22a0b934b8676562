/*
 * Where the bucket is, and the key to it.
 */
#ifndef INFRA_S3_CONF_H
#define INFRA_S3_CONF_H

#include "str.h"

/* Reads the key.  Why the settings cannot be used, and *setting which of them;
 * NULL: they can. */
const char *s3_conf_wrong(const char **setting);
/* "host:port" of the endpoint. */
struct str s3_conf_host(void);
/* After s3_conf_wrong: the lines of s3_key_file. */
const char *s3_conf_access(void);
const char *s3_conf_secret(void);

#endif
