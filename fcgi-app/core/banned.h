/*
 * Functions that are too easy to misuse do not compile.  Included by every
 * file through the compiler's -include, after the system's headers it guards.
 */
#ifndef CORE_BANNED_H
#define CORE_BANNED_H

#ifndef __cplusplus
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#undef sprintf
#undef vsprintf
#undef alloca
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets
#pragma GCC poison strtok atoi atol atoll atof rand srand random tmpnam mktemp
#pragma GCC poison system popen alloca asctime ctime gmtime localtime
#endif

#endif
