/* A table from MIME types to the names of what is refused.  Rows are prefixes:
 * the first that fits counts. */
#include "image_type.h"

#include "log.h"

#include <magic.h>

static magic_t magic;

static const struct {
	const char *mime;
	enum image_type type;
} ours[] = {
	{ "image/jpeg", IMAGE_JPEG },
	{ "image/png", IMAGE_PNG },
	{ "image/apng", IMAGE_PNG },
	{ "image/vnd.mozilla.apng", IMAGE_PNG },
	{ "image/gif", IMAGE_GIF },
	{ "image/webp", IMAGE_WEBP },
	{ "image/avif", IMAGE_AVIF },
	{ "image/heic", IMAGE_HEIC },
	{ "image/heif", IMAGE_HEIC },
};

static const struct {
	const char *mime;
	enum image_why why;
} others[] = {
	{ "image/svg", IMAGE_SVG },
	{ "application/pdf", IMAGE_PDF },
	{ "image/tiff", IMAGE_TIFF },
	{ "image/bmp", IMAGE_BMP },
	{ "image/x-ms-bmp", IMAGE_BMP },
	{ "image/vnd.microsoft.icon", IMAGE_ICO },
	{ "image/x-icon", IMAGE_ICO },
	{ "image/vnd.adobe.photoshop", IMAGE_PSD },
	{ "image/jxl", IMAGE_JXL },
	{ "image/jp2", IMAGE_JP2 },
	{ "image/jpx", IMAGE_JP2 },
	{ "image/jpm", IMAGE_JP2 },
	{ "video/mp4", IMAGE_MP4 },
	{ "video/", IMAGE_VIDEO },
	{ "audio/", IMAGE_AUDIO },
	{ "text/html", IMAGE_HTML },
	{ "application/xhtml", IMAGE_HTML },
	{ "text/", IMAGE_TEXT },
	{ "application/json", IMAGE_TEXT },
	{ "application/javascript", IMAGE_TEXT },
	{ "application/zip", IMAGE_ZIP },
	{ "application/java-archive", IMAGE_ZIP },
	{ "application/vnd.openxmlformats", IMAGE_ZIP },
	{ "application/gzip", IMAGE_ARCHIVE },
	{ "application/x-gzip", IMAGE_ARCHIVE },
	{ "application/x-tar", IMAGE_ARCHIVE },
	{ "application/x-bzip", IMAGE_ARCHIVE },
	{ "application/x-xz", IMAGE_ARCHIVE },
	{ "application/zstd", IMAGE_ARCHIVE },
	{ "application/x-zstd", IMAGE_ARCHIVE },
	{ "application/x-rar", IMAGE_ARCHIVE },
	{ "application/x-7z", IMAGE_ARCHIVE },
	{ "application/x-dosexec", IMAGE_PROGRAM },
	{ "application/x-executable", IMAGE_PROGRAM },
	{ "application/x-pie-executable", IMAGE_PROGRAM },
	{ "application/x-sharedlib", IMAGE_PROGRAM },
};

bool
image_type_open(void)
{
	/* looking into archives would mean to unpack them */
	magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS);
	if (magic == NULL || magic_load(magic, NULL) != 0) {
		log_error("image: libmagic: %s",
		    magic != NULL ? magic_error(magic) : "no memory");
		return false;
	}
	return true;
}

/* Does the text hold word in its first 4 KiB?  libmagic calls a drawing with
 * a comment before it mere text. */
static bool
begins_with(struct image_bytes b, const char *word)
{
	size_t n = b.n < 4096 ? b.n : 4096, len = strlen(word), at;

	for (at = 0; at + len <= n; at++)
		if (str_eq_nocase((struct str){ (const char *)b.p + at, len },
		    (struct str){ word, len }))
			return true;
	return false;
}

static enum image_why
refused(const char *mime, struct image_bytes b)
{
	struct str m = str_of(mime);
	size_t i;

	if (str_starts(m, STR("text/")) && begins_with(b, "<svg"))
		return IMAGE_SVG;
	if (str_starts(m, STR("text/")) && (begins_with(b, "<html") ||
	    begins_with(b, "<!doctype html") || begins_with(b, "<script")))
		return IMAGE_HTML;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (str_starts(m, str_of(others[i].mime)))
			return others[i].why;
	return IMAGE_UNKNOWN;
}

enum image_why
image_type_check(struct image_bytes b)
{
	enum image_type own = image_walk_type(b), theirs = IMAGE_NONE;
	const char *mime;
	size_t i;

	if (b.n == 0)
		return IMAGE_EMPTY;
	mime = magic_buffer(magic, b.p, b.n);
	if (mime == NULL)
		return IMAGE_UNKNOWN;
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (str_starts(str_of(mime), str_of(ours[i].mime)))
			theirs = ours[i].type;
	if (own == IMAGE_NONE)
		return theirs == IMAGE_NONE ? refused(mime, b) : IMAGE_MIXED;
	/* the brand `mif1` alone names neither; libmagic says HEIF */
	if (own == IMAGE_AVIF && theirs == IMAGE_HEIC)
		return IMAGE_FINE;
	return own == theirs ? IMAGE_FINE : IMAGE_MIXED;
}
