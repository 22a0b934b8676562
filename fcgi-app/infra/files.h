/*
 * A media's list of files, as one text: its key, then NAME=WxH.EXT for each,
 *     3f9c...-1z 236=236x354.webp 736=736x1104.webp original=4000x6000.jpg
 * It is what the database stores; addresses are made of it when it is shown.
 * The file NAME.EXT of KEY lies at KEY[0..2]/KEY/NAME.EXT below media_dir.
 */
#ifndef INFRA_FILES_H
#define INFRA_FILES_H

#include "str.h"

struct file_name {
	struct str name, ext;
	int64_t width, height;
};

/* The key, and *rest set to what follows. */
struct str files_key(struct str files, struct str *rest);
/* Takes the next file off *rest. */
bool files_next(struct str *rest, struct file_name *out);
/* The path below media_dir or media_url. */
void files_path(struct buf *b, struct str key, const struct file_name *f);

/* The file that stands for the picture: the widest up to 736 that is not the
 * original.  False when there is none. */
bool files_image(struct str files, struct file_name *out);
/* [{"width":, "height":, "url":}, ...], the original last. */
void files_json_all(struct buf *b, struct str files);

#endif
