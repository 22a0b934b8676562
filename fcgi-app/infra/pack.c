/* Writing zip files.  See pack.h. */
#include "pack.h"

#include "fd.h"
#include "spool.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define CHUNK 65536
#define MEMBER_MOST INT64_C(0xfffffffe) /* more would want Zip64 */
#define PLAIN_COUNT 0xffff
#define PLAIN_OFFSET INT64_C(0xffffffff)

#define HEADER_SIZES 14     /* from a header's beginning to its checksum */
#define TIME 0x00220000u    /* 1980-01-02, midnight */
#define UTF8 0x0800u        /* so are names */
#define STORED 0u
#define DEFLATED 8u
#define OF_UNIX (3u << 8)
#define REGULAR (0100600u << 16)

/* A number of the format: little end first. */
static void
put(unsigned char **to, uint64_t value, int bytes)
{
	for (; bytes > 0; bytes--, value >>= 8)
		*(*to)++ = (unsigned char)value;
}

static bool
append(int fd, int64_t *at, const void *from, size_t n)
{
	*at += (int64_t)n;
	return fd_write(fd, (struct str){ from, n });
}

struct member {
	const char *name;
	bool packed;
	int64_t at;         /* where its header stands */
	int64_t size, kept; /* before and after it was packed */
	uint32_t sum;
};

/* What a member's header and its line of the list have in common. */
static void
put_facts(unsigned char **to, const struct member *m)
{
	put(to, 20, 2); /* the version of the form that it takes */
	put(to, UTF8, 2);
	put(to, m->packed ? STORED : DEFLATED, 2);
	put(to, TIME, 4);
	put(to, m->sum, 4);
	put(to, (uint64_t)m->kept, 4);
	put(to, (uint64_t)m->size, 4);
	put(to, strlen(m->name), 2);
}

static bool
write_header(struct pack *p, const struct member *m)
{
	unsigned char head[30], *to = head;

	put(&to, 0x04034b50, 4);
	put_facts(&to, m);
	put(&to, 0, 2);
	return append(p->fd, &p->at, head, sizeof(head)) &&
	    append(p->fd, &p->at, m->name, strlen(m->name));
}

/* What was not known when the header was written. */
static bool
mend_header(const struct pack *p, const struct member *m)
{
	unsigned char sizes[12], *to = sizes;

	put(&to, m->sum, 4);
	put(&to, (uint64_t)m->kept, 4);
	put(&to, (uint64_t)m->size, 4);
	return pwrite(p->fd, sizes, sizeof(sizes), m->at + HEADER_SIZES) ==
	    (ssize_t)sizeof(sizes);
}

static bool
write_line(struct pack *p, const struct member *m)
{
	unsigned char line[46 + 12], *to = line;
	bool far = m->at >= PLAIN_OFFSET;

	put(&to, 0x02014b50, 4);
	put(&to, OF_UNIX | 45, 2);
	put_facts(&to, m);
	put(&to, far ? 12 : 0, 2);
	put(&to, 0, 2 + 2 + 2);
	put(&to, REGULAR, 4);
	put(&to, far ? PLAIN_OFFSET : (uint64_t)m->at, 4);
	if (!append(p->list, &p->listed, line, (size_t)(to - line)) ||
	    !append(p->list, &p->listed, m->name, strlen(m->name)))
		return false;
	to = line;
	put(&to, 1, 2);
	put(&to, 8, 2);
	put(&to, (uint64_t)m->at, 8);
	return !far || append(p->list, &p->listed, line, (size_t)(to - line));
}

/* The next bytes of a file; 0 at its end. */
static ssize_t
read_some(int from, void *to)
{
	ssize_t n;

	do
		n = read(from, to, CHUNK);
	while (n < 0 && errno == EINTR);
	return n;
}

static bool
take(struct member *m, const unsigned char *bytes, size_t n)
{
	m->sum = (uint32_t)crc32(m->sum, bytes, (uInt)n);
	m->size += (int64_t)n;
	errno = EFBIG;
	return m->size <= MEMBER_MOST;
}

static bool
copy(struct pack *p, struct member *m, int from)
{
	static unsigned char in[CHUNK];
	ssize_t n;

	while ((n = read_some(from, in)) > 0)
		if (!take(m, in, (size_t)n) ||
		    !append(p->fd, &p->at, in, (size_t)n))
			return false;
	return n == 0;
}

/* Packs what is in z, and writes what came of it. */
static bool
squeeze(struct pack *p, z_stream *z, int flush)
{
	static unsigned char out[CHUNK];

	do {
		z->next_out = out;
		z->avail_out = sizeof(out);
		if (deflate(z, flush) == Z_STREAM_ERROR ||
		    !append(p->fd, &p->at, out, sizeof(out) - z->avail_out))
			return false;
	} while (z->avail_out == 0);
	return true;
}

static bool
deflate_all(struct pack *p, struct member *m, int from, z_stream *z)
{
	static unsigned char in[CHUNK];
	ssize_t n;

	while ((n = read_some(from, in)) > 0) {
		z->next_in = in;
		z->avail_in = (uInt)n;
		if (!take(m, in, (size_t)n) || !squeeze(p, z, Z_NO_FLUSH))
			return false;
	}
	return n == 0 && squeeze(p, z, Z_FINISH);
}

static bool
pack_up(struct pack *p, struct member *m, int from)
{
	z_stream z = { 0 };
	bool good;

	errno = ENOMEM;
	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
	    Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	good = deflate_all(p, m, from, &z);
	deflateEnd(&z);
	return good;
}

bool
pack_open(struct pack *p, int fd)
{
	*p = (struct pack){ .fd = fd, .list = spool_file() };
	return p->list >= 0;
}

bool
pack_add(struct pack *p, const char *name, int from, bool packed)
{
	struct member m = { .name = name, .packed = packed, .at = p->at };
	int64_t begun;

	if (!write_header(p, &m))
		return false;
	begun = p->at;
	if (packed ? !copy(p, &m, from) : !pack_up(p, &m, from))
		return false;
	m.kept = p->at - begun;
	errno = EFBIG;
	if (m.kept > MEMBER_MOST || !mend_header(p, &m))
		return false;
	p->n++;
	return write_line(p, &m);
}

/* The list of the members, after them. */
static bool
put_list(struct pack *p)
{
	static unsigned char bytes[CHUNK];
	ssize_t n;

	if (lseek(p->list, 0, SEEK_SET) != 0)
		return false;
	while ((n = read_some(p->list, bytes)) > 0)
		if (!append(p->fd, &p->at, bytes, (size_t)n))
			return false;
	return n == 0;
}

/* Zip64's end of the list, and where that is. */
static bool
put_far_end(struct pack *p, int64_t from)
{
	unsigned char end[56 + 20], *to = end;
	int64_t at = p->at;

	put(&to, 0x06064b50, 4);
	put(&to, 44, 8);
	put(&to, OF_UNIX | 45, 2);
	put(&to, 45, 2);
	put(&to, 0, 4 + 4);
	put(&to, (uint64_t)p->n, 8);
	put(&to, (uint64_t)p->n, 8);
	put(&to, (uint64_t)p->listed, 8);
	put(&to, (uint64_t)from, 8);
	put(&to, 0x07064b50, 4);
	put(&to, 0, 4);
	put(&to, (uint64_t)at, 8);
	put(&to, 1, 4);
	return append(p->fd, &p->at, end, sizeof(end));
}

static uint64_t
least(int64_t value, int64_t most)
{
	return (uint64_t)(value < most ? value : most);
}

bool
pack_end(struct pack *p)
{
	unsigned char end[22], *to = end;
	int64_t from = p->at;

	if (!put_list(p))
		return false;
	if ((p->n >= PLAIN_COUNT || from >= PLAIN_OFFSET ||
	    p->listed >= PLAIN_OFFSET) && !put_far_end(p, from))
		return false;
	put(&to, 0x06054b50, 4);
	put(&to, 0, 2 + 2);
	put(&to, least(p->n, PLAIN_COUNT), 2);
	put(&to, least(p->n, PLAIN_COUNT), 2);
	put(&to, least(p->listed, PLAIN_OFFSET), 4);
	put(&to, least(from, PLAIN_OFFSET), 4);
	put(&to, 0, 2);
	return append(p->fd, &p->at, end, sizeof(end));
}

void
pack_close(struct pack *p)
{
	if (p->list >= 0)
		close(p->list);
	p->list = -1;
}
