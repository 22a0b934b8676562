/*
 * What a client and the fetch process say to each other on fetch.sock.
 *
 * One connection, one fetch.  The client sends a struct fetch_ask, the URL and
 * the wanted kinds.  The process answers in pieces, each a struct fetch_piece
 * and n bytes: BEGUN when it is the fetch's turn, BODY as bytes arrive, END
 * with a struct fetch_end, the content type and the last URL.  Both sides are
 * the same program on the same machine, so the structs go as they lie in
 * memory; the magic number changes when they do.
 *
 * Neither side trusts the other with a length: each is checked before it is
 * used, and each send and receive ends at a deadline.
 */
#ifndef INFRA_FETCH_WIRE_H
#define INFRA_FETCH_WIRE_H

#include "str.h"

#define FETCH_MAGIC 0x31746650u /* "Pft1" */
#define FETCH_PIECE_MAX 65536
#define FETCH_KIND_MAX 200 /* bytes of the wanted kinds; of a content type */

struct fetch_ask {
	uint32_t magic;
	uint16_t url_n, accept_n;
	int64_t bytes_max;
};

enum fetch_piece_kind { FETCH_BEGUN = 1, FETCH_BODY, FETCH_END };

struct fetch_piece {
	uint32_t kind, n;
};

struct fetch_end {
	int64_t bytes;
	int32_t reason, http_status, redirects;
	uint16_t type_n, url_n;
};

/* All n bytes by the deadline (clock_mono).  False: errno says why;
 * ETIMEDOUT, EPIPE (the other side has gone) and others. */
bool fetch_wire_send(int fd, const void *p, size_t n, int64_t deadline);
bool fetch_wire_receive(int fd, void *p, size_t n, int64_t deadline);
/* A piece with its bytes. */
bool fetch_wire_piece(int fd, enum fetch_piece_kind kind, struct str bytes,
    int64_t deadline);

#endif
