/*
 * What a client and the image process say to each other on image.sock, and the
 * names that both know.
 *
 * One connection, one picture.  The client sends a struct image_ask and with
 * it, as SCM_RIGHTS, the open file.  The answer is a struct image_answer and,
 * when it says IMAGE_DONE, the bytes of its files one after the other.  It
 * comes in one go when all is made, so a child that dies while it decodes has
 * sent nothing, and its parent answers in its place.
 *
 * Both sides are the same program on the same machine: the structs go as they
 * lie in memory, and the magic number changes when they do.
 */
#ifndef INFRA_IMAGE_WIRE_H
#define INFRA_IMAGE_WIRE_H

#include "image.h"

#define IMAGE_MAGIC 0x32676950u /* "Pig2" */
#define IMAGE_SIZES 4

enum image_why {
	IMAGE_FINE,
#define WHY(name, text) IMAGE_##name,
#include "image_why.def"
#undef WHY
	IMAGE_WHY_COUNT
};

enum image_type {
	IMAGE_NONE,
	IMAGE_JPEG,
	IMAGE_PNG,
	IMAGE_GIF,
	IMAGE_WEBP,
	IMAGE_AVIF,
	IMAGE_HEIC,
	IMAGE_TYPE_COUNT
};

/* Index of a file's name: the sizes, then the original. */
enum { IMAGE_ORIGINAL = IMAGE_SIZES, IMAGE_NAMES };

struct image_ask {
	uint32_t magic, want;
	struct image_square square; /* of IMAGE_CROP */
};

struct image_answer_file {
	uint64_t bytes;
	int32_t width, height;
	uint32_t name; /* index */
	uint32_t type; /* enum image_type: webp, jpeg, png or gif */
};

struct image_answer {
	uint32_t magic;
	uint32_t why; /* enum image_why; IMAGE_FINE: the rest counts */
	int32_t width, height, frames;
	uint32_t type;
	uint32_t npalette, palette[IMAGE_PALETTE]; /* 0xrrggbb */
	char placeholder[40]; /* ended by NUL if shorter */
	uint64_t dhash;
	uint32_t nfiles, unused;
	struct image_answer_file files[IMAGE_FILES];
};

/* The files of one answer have at most so many bytes together. */
int64_t image_answer_max(void);

const char *image_why_text(enum image_why why);
const char *image_why_name(enum image_why why);
const char *image_type_name(enum image_type type); /* "jpeg" */
const char *image_type_ext(enum image_type type);  /* "jpg" */
const char *image_file_name(int name);             /* "236" */

/* All n bytes by the deadline (clock_mono).  False: errno says why; ETIMEDOUT,
 * EPIPE (the other side has gone) and others. */
bool image_wire_send(int fd, const void *p, size_t n, int64_t deadline);
bool image_wire_receive(int fd, void *p, size_t n, int64_t deadline);
/* The question with its file; image_wire_asked returns the file, or -1. */
bool image_wire_ask(int fd, const struct image_ask *ask, int file);
int image_wire_asked(int fd, struct image_ask *ask);

#endif
