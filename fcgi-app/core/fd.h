/* Descriptors: what write(2) leaves to its caller. */
#ifndef CORE_FD_H
#define CORE_FD_H

#include "str.h"

#include <stdbool.h>

/* Writes all of it, however often that is interrupted or cut short.  False:
 * errno says why, and some of it may be written. */
bool fd_write(int fd, struct str bytes);

#endif
