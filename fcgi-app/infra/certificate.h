/*
 * When a certificate ends.
 *
 * Read from the first certificate of a PEM file (RFC 7468), by as much of DER
 * as leads to its validity (RFC 5280, 4.1); nothing is verified.
 */
#ifndef INFRA_CERTIFICATE_H
#define INFRA_CERTIFICATE_H

#include "str.h"

/* Seconds since 1970; 0: there is none that can be read. */
int64_t certificate_end(const char *path);
/* The same of a file's text. */
int64_t certificate_end_of(struct str pem);

#endif
