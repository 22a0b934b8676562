/*
 * Takes what does not show out of a WebP file that libvips has written.
 *
 * libvips 8.14 puts EXIF into every WebP, `strip` or not, and makes one up
 * where there was none.  So the file is taken apart here (RFC 9649) and only
 * the chunks that hold pixels and their timing are left.  Pure.
 */
#ifndef INFRA_IMAGE_WEBP_H
#define INFRA_IMAGE_WEBP_H

#include <stdbool.h>
#include <stddef.h>

/* Works in place; *n becomes the length of what is left.  False, and the file
 * is of no use: it is not a whole WebP file. */
bool image_webp_clean(unsigned char *p, size_t *n);

#endif
