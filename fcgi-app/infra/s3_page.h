/*
 * Reads the XML of a list of objects (ListObjectsV2).  It is pure, and takes
 * nothing for granted: a document type is refused, and so are names that are
 * too long, too many, or nested too deep.
 */
#ifndef INFRA_S3_PAGE_H
#define INFRA_S3_PAGE_H

#include "s3.h"

/* False: it is no such list. */
bool s3_page_read(struct arena *a, struct str xml, struct s3_page *page);
/* The code of an error; STR_NONE if the text is something else. */
struct str s3_page_error(struct arena *a, struct str xml);

#endif
