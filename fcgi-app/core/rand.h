/*
 * Random bytes from the kernel (getrandom), and their text forms.
 */
#ifndef CORE_RAND_H
#define CORE_RAND_H

#include <stddef.h>
#include <stdint.h>

void rand_bytes(void *p, size_t n);
/* n random bytes as base64url without padding: out gets (n * 4 + 2) / 3
 * characters and a NUL. */
void rand_text(char *out, size_t n);
int64_t rand_below(int64_t n);

#endif
