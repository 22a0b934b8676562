/*
 * `pinwall check`: what is wrong with the settings and with what the site
 * needs, one finding a line.
 *
 * A finding has a level, what it is about (a setting, with the line of the
 * file that gives it, or a service), why, and what to do.  Everything that was
 * looked at has at least one, so that what is not named was not looked at.
 * Nothing is changed, and nothing is started.
 *
 * Of Nginx it asks only how many connections that of this host holds, if it
 * leads here: the rest it checks itself (nginx -t).  What is in the database is
 * the readiness of a running site (/readyz).
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdint.h>

enum check_level { CHECK_OK, CHECK_WARNING, CHECK_ERROR };

void check_open(bool json);
/* The exit status: 0 nothing, 1 warnings, 2 errors. */
int check_close(void);

/* what: the name of a setting, or of anything else.  why is a format. */
void check_ok(const char *what, const char *why, ...)
    __attribute__((format(printf, 2, 3)));
void check_warning(const char *what, const char *to_do, const char *why, ...)
    __attribute__((format(printf, 3, 4)));
void check_error(const char *what, const char *to_do, const char *why, ...)
    __attribute__((format(printf, 3, 4)));

/* A file that its owner alone may read, of so many bytes at least; true: that
 * is so. */
bool check_secret(const char *name, const char *path, int64_t least);

/* The parts, in their order. */
void check_settings(void);
void check_mail(void);
void check_files(void);
void check_bucket(void);
void check_machine(void);
void check_nginx(void);
void check_postgres(void);
void check_redis(void);

#endif
