/*
 * multipart/form-data (RFC 7578), read as a stream: the memory it takes does
 * not grow with the size of a file.
 *
 *     multipart_open(&m, arena, body, content_type)
 *     while (multipart_next(&m, &part) == MULTIPART_PART)
 *             while ((n = multipart_read(&m, chunk, sizeof(chunk))) > 0) ...
 *
 * What remains of a part is passed over by the next multipart_next.  There is
 * no nesting, no transfer encoding other than binary, and of the headers of a
 * part only the name and "there is a file name" are taken.
 */
#ifndef CORE_MULTIPART_H
#define CORE_MULTIPART_H

#include "arena.h"
#include "req.h"

enum multipart_step {
	MULTIPART_PART,
	MULTIPART_END,
	MULTIPART_BAD, /* not multipart/form-data as RFC 7578 has it */
	MULTIPART_CUT, /* the body ended too early */
};

struct part {
	struct str name;
	bool is_file;
};

#define MULTIPART_WINDOW (32 * 1024)

struct multipart {
	struct arena *mem;
	struct body *body;
	char delimiter[80]; /* CR LF -- boundary */
	size_t delimiter_n;
	char *window;
	size_t at, n;     /* unread bytes of the window: [at, n) */
	bool body_ended, body_cut, in_part;
};

/* False: no usable boundary in the content type. */
bool multipart_open(struct multipart *m, struct arena *a, struct body *body,
    struct str content_type);
enum multipart_step multipart_next(struct multipart *m, struct part *part);
/* Bytes of the current part, 0 at its end, -1 when the body was cut off. */
ssize_t multipart_read(struct multipart *m, char *p, size_t n);

#endif
