/*
 * How far long work is: a bar on a terminal, nothing elsewhere.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdint.h>

void progress_draw(uint64_t done, uint64_t of);
/* After the last of them. */
void progress_end(void);

#endif
