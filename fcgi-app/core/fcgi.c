/* FastCGI connections.  What libfcgi does and does not do is in fcgi.h. */
#include "fcgi.h"

#include "arena.h"
#include "conf.h"
#include "log.h"
#include "params.h"
#include "record.h"

#include <fastcgi.h>
#include <fcgiapp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

/* The longest silence of Nginx within a request or an answer. */
#define SILENCE_S 10
/* Bytes of a body beyond conf.upload_max that are read only to be dropped. */
#define SPARE (1024 * 1024)
/* What libfcgi needs for a request: two streams and the longest parameters. */
#define ROOM (128 * 1024)

struct fcgi {
	FCGX_Request request;
	int64_t left; /* of the announced body, not yet given out */
	bool keep;    /* after this request */
};

bool
fcgi_init(void)
{
	if (FCGX_Init() != 0)
		return false;
	/* It has just set handlers that break off whatever is blocking. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	return true;
}

struct fcgi *
fcgi_open(int fd)
{
	const struct timeval silence = { .tv_sec = SILENCE_S };
	struct fcgi *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		close(fd);
		return NULL;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof(silence));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &silence, sizeof(silence));
	FCGX_InitRequest(&c->request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	c->request.ipcFd = fd;
	return c;
}

void
fcgi_close(struct fcgi *c)
{
	FCGX_Free(&c->request, 0);
	if (c->request.ipcFd >= 0)
		close(c->request.ipcFd);
	free(c);
}

/* Reads what is left of FCGI_STDIN.  True: its end came, after at most `most`
 * bytes. */
static bool
drain(struct fcgi *c, int64_t most)
{
	char junk[8192];
	FCGX_Stream *in = c->request.in;
	int n;

	while (!FCGX_HasSeenEOF(in) && most >= 0) {
		n = FCGX_GetStr(junk, sizeof(junk), in);
		most -= n;
	}
	return FCGX_HasSeenEOF(in) && FCGX_GetError(in) == 0 && most >= 0;
}

static ssize_t
read_body(void *from, void *p, size_t n)
{
	const size_t most = 1024 * 1024;
	struct fcgi *c = from;

	if (c->left <= 0)
		return c->left; /* the end, or a length that nobody knows */
	if (n > most)
		n = most;
	if (n > (size_t)c->left)
		n = (size_t)c->left;
	if (FCGX_GetStr(p, (int)n, c->request.in) != (int)n) {
		c->keep = false;
		c->left = -1;
		return -1;
	}
	c->left -= (int64_t)n;
	return (ssize_t)n;
}

static bool
refuse(const char *why)
{
	log_warn("fcgi-refused why=%s", why);
	return false;
}

bool
fcgi_read(struct fcgi *c, struct req *rq)
{
	FCGX_Request *request = &c->request;

	/* libfcgi would end the process, and requests of other connections */
	if (!arena_has_room(ROOM))
		return refuse("no-memory");
	/* The first: if it closes, it need not wait for the peer.  The second:
	 * it does not close before it begins. */
	FCGX_Detach(request);
	request->keepConnection = 1;
	if (FCGX_Accept_r(request) != 0)
		return false; /* closed by Nginx, or no request: closed */
	c->keep = request->keepConnection != 0;
	if (FCGX_GetError(request->in) != 0)
		return refuse("parameters-cut-off");
	if (request->role != FCGI_RESPONDER)
		return refuse("role");
	params_read((const char *const *)request->envp, rq);
	rq->body.read = read_body;
	rq->body.from = c;
	c->left = rq->body.length;
	/* Without a body the request's end is here already, and a request
	 * whose end did not come is not acted upon. */
	if (c->left == 0 && !drain(c, 0))
		return refuse("no-end-or-unannounced-body");
	return true;
}

void
fcgi_send(struct fcgi *c, struct req *rq)
{
	if (rq->drop || rq->body.length < 0)
		c->keep = false;
	/* Read first: what Nginx has not sent yet it could no longer send. */
	if (!drain(c, conf.upload_max + SPARE))
		c->keep = false;
	if (!record_send(c->request.ipcFd, c->request.requestId, rq))
		c->keep = false;
}

bool
fcgi_finish(struct fcgi *c)
{
	/* Not FCGX_Finish_r, which writes an answer of its own. */
	FCGX_Free(&c->request, 0);
	return c->keep;
}
