/* Media file lists and their addresses. */
#include "files.h"

#include "conf.h"
#include "json.h"

struct str
files_key(struct str files, struct str *rest)
{
	size_t end = str_find(files, ' ', 0);

	*rest = str_sub(files, end, files.n);
	return str_sub(files, 0, end);
}

bool
files_next(struct str *rest, struct file_name *out)
{
	struct str one;
	size_t end, eq, x, dot;

	*rest = str_trim(*rest);
	if (rest->n == 0)
		return false;
	end = str_find(*rest, ' ', 0);
	one = str_sub(*rest, 0, end);
	*rest = str_sub(*rest, end, rest->n);
	eq = str_find(one, '=', 0);
	x = str_find(one, 'x', eq);
	dot = str_find(one, '.', x);
	out->name = str_sub(one, 0, eq);
	out->ext = str_sub(one, dot + 1, one.n);
	return str_int(str_sub(one, eq + 1, x), &out->width) &&
	    str_int(str_sub(one, x + 1, dot), &out->height) && out->ext.n > 0;
}

void
files_path(struct buf *b, struct str key, const struct file_name *f)
{
	buf_str(b, str_sub(key, 0, 2));
	buf_byte(b, '/');
	buf_str(b, key);
	buf_byte(b, '/');
	buf_str(b, f->name);
	buf_byte(b, '.');
	buf_str(b, f->ext);
}

static void
url(struct buf *b, struct str key, const struct file_name *f)
{
	buf_byte(b, '"');
	buf_str(b, str_of(conf.media_url));
	buf_byte(b, '/');
	files_path(b, key, f);
	buf_byte(b, '"');
}

bool
files_image(struct str files, struct file_name *out)
{
	struct file_name f;
	struct str rest;
	bool found = false;

	(void)files_key(files, &rest);
	while (files_next(&rest, &f)) {
		if (str_eq(f.name, STR("original")))
			continue;
		if (found && (f.width > 736 || f.width <= out->width))
			continue;
		*out = f;
		found = true;
	}
	return found;
}

void
files_json_all(struct buf *b, struct str files)
{
	struct str rest, key = files_key(files, &rest);
	struct file_name f;

	buf_byte(b, '[');
	while (files_next(&rest, &f)) {
		json_comma(b);
		buf_add(b, "{\"width\":", 9);
		buf_int(b, f.width);
		buf_add(b, ",\"height\":", 10);
		buf_int(b, f.height);
		buf_add(b, ",\"url\":", 7);
		url(b, key, &f);
		buf_byte(b, '}');
	}
	buf_byte(b, ']');
}
