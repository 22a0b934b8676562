/*
 * Pictures: the client of the image process.
 *
 * The image process (image_proc.c) is the only one of Pinwall that looks into
 * a picture that somebody sent.  A worker passes it the open file over the
 * Unix socket `image.sock` in conf.run_dir and gets back what is known of the
 * picture and the files that are served: WebP in four widths, and the original
 * written anew without anything that does not show.  A child of the process,
 * with no way to the file system or the network, does the work; the client
 * believes it no further than it can check: every length, number and first
 * byte of the answer is verified here, and the SHA-256 is taken here.
 *
 * What is accepted: JPEG, PNG, GIF, WebP, AVIF and HEIC, by their bytes and
 * never by their name.  GIF and WebP stay animated; of APNG, of AVIF sequences
 * and of HEIC files with several pictures the first (primary) one is kept.
 *
 * It does not store anything, and does not know who sent the picture.
 */
#ifndef INFRA_IMAGE_H
#define INFRA_IMAGE_H

#include "arena.h"
#include "err.h"
#include "str.h"

#define IMAGE_PALETTE 5
#define IMAGE_FILES 6

enum image_want {
	IMAGE_FIRST, /* the one file that is needed at once */
	IMAGE_REST,  /* the other sizes and the cleaned original */
	IMAGE_THUMB, /* the narrowest, and that still: to be looked at once */
	IMAGE_PAGE,  /* no picture: see webpage.h */
	IMAGE_CROP,  /* a square of it, still: see image_crop */
};

struct image_file {
	int64_t width, height;
	const char *name; /* "236", "474", "736", "1200", "original" */
	const char *ext;  /* "webp"; of the original "jpg", "png", "gif" too */
	struct str bytes; /* as long as the arena is not reset */
};

/* The same bytes give the same facts, whichever files are wanted. */
struct image {
	int64_t width, height; /* pixels, upright, of one frame */
	int64_t frames;        /* 1: it does not move */
	const char *source;    /* "jpeg" "png" "gif" "webp" "avif" "heic" */
	char colour[8];        /* "#rrggbb", the one that covers most */
	char palette[IMAGE_PALETTE][8]; /* colour is the first of them */
	int npalette;          /* 1..IMAGE_PALETTE, widest first */
	char placeholder[41];  /* BlurHash, https://blurha.sh: 28 characters */
	uint64_t dhash;        /* near duplicates differ in few bits */
	unsigned char sha256[32]; /* of the bytes given */
	int nfiles;
	struct image_file files[IMAGE_FILES]; /* narrowest first */
};

/*
 * Looks at the picture in the regular file fd, from its first byte; the read
 * position is not used or moved.  Blocks: IMAGE_FIRST usually for tenths of a
 * second and at most conf.image_s + 5, IMAGE_REST usually for seconds and at
 * most 4 * conf.image_s + 5, twice that if the process dies in between.
 *
 * Widths are 236, 474, 736 and 1200, never enlarged: the first that is not
 * narrower than the picture is as wide as the picture, and those above are
 * left out.  IMAGE_FIRST gives "736", or the widest there is below it;
 * IMAGE_REST gives all others and "original"; IMAGE_THUMB the narrowest, of an
 * animation the first frame.  A file is at most 16,383 pixels
 * high (the limit of WebP) and narrower than its name where that needs it.
 *
 * OK
 * ERR_INPUT      the picture's fault: *why is a sentence of image_why.def
 * ERR_TOO_LARGE  more than conf.upload_max bytes; *why says so
 * ERR_UPSTREAM   the process cannot be reached, does not answer in time, or
 *                died twice; logged.  A decoder that the picture brings down
 *                or over its limits is ERR_INPUT.
 *
 * *why may always be shown.  The bytes of the files do not count against the
 * arena's cap; they go when it is reset.
 */
enum err image_make(struct arena *a, int fd, enum image_want want,
    struct image *out, const char **why) MUST_CHECK;

/* A square of a picture, in its pixels as it stands upright. */
struct image_square {
	int32_t x, y, size;
};

/* As image_make: the square alone, of an animation the first frame, as one
 * WebP file called "original" of at most 1,200 pixels a side.  ERR_INPUT also
 * if the square is not inside of the picture. */
enum err image_crop(struct arena *a, int fd, struct image_square square,
    struct image *out, const char **why) MUST_CHECK;

/*
 * The process: serves the listening socket until SIGTERM, then lets the
 * pictures under way come to their end.  The exit status for main: 0 after
 * SIGTERM, 1 when it could not start (logged).
 *
 * To be called in a process that holds no secrets, by `exec` rather than by
 * `fork` alone, with one thread.  It empties the environment and takes the
 * signal mask, SIGCHLD, SIGTERM and SIGINT for itself.
 */
int image_run(int listen_fd);

#endif
