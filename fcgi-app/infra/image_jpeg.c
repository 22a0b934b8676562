/* JPEG from coefficients to coefficients, with libjpeg. */
#include "image_jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#define DOTS 72 /* to the inch, as of every picture from here */
#define MARKER_MAX 0xffff
#define PROFILE "ICC_PROFILE" /* with the NUL after it */

struct trouble {
	struct jpeg_error_mgr base; /* first: libjpeg knows it by this */
	jmp_buf stop;
};

struct repack {
	struct trouble trouble;
	struct jpeg_decompress_struct in;
	struct jpeg_compress_struct out;
	unsigned char *p;
	unsigned long n;
};

static void __attribute__((noreturn))
fails(j_common_ptr c)
{
	struct trouble *t = (struct trouble *)c->err;

	longjmp(t->stop, 1);
}

/* Below zero it is a warning. */
static void
says(j_common_ptr c, int level)
{
	if (level < 0)
		fails(c);
}

/* Is colour what it is without being told how to read it? */
static bool
is_plain(const struct jpeg_decompress_struct *in)
{
	const struct jpeg_marker_struct *m;

	for (m = in->marker_list; m != NULL; m = m->next)
		if (m->data_length >= sizeof(PROFILE) &&
		    memcmp(m->data, PROFILE, sizeof(PROFILE)) == 0)
			return false;
	return in->jpeg_color_space == JCS_YCbCr ||
	    in->jpeg_color_space == JCS_GRAYSCALE;
}

static bool
repack(struct repack *r, struct image_bytes b)
{
	jvirt_barray_ptr *all;

	jpeg_mem_src(&r->in, b.p, b.n);
	jpeg_save_markers(&r->in, JPEG_APP0 + 2, MARKER_MAX);
	jpeg_read_header(&r->in, TRUE);
	if (!is_plain(&r->in))
		return false;
	all = jpeg_read_coefficients(&r->in);
	jpeg_mem_dest(&r->out, &r->p, &r->n);
	jpeg_copy_critical_parameters(&r->in, &r->out);
	r->out.optimize_coding = TRUE;
	r->out.density_unit = 1;
	r->out.X_density = r->out.Y_density = DOTS;
	jpeg_write_coefficients(&r->out, all);
	jpeg_finish_compress(&r->out);
	jpeg_finish_decompress(&r->in);
	return true;
}

bool
image_jpeg_repack(struct image_bytes b, void **p, size_t *n)
{
	struct repack *r = calloc(1, sizeof(*r));
	bool done;

	if (r == NULL)
		return false;
	r->in.err = r->out.err = jpeg_std_error(&r->trouble.base);
	r->trouble.base.error_exit = fails;
	r->trouble.base.emit_message = says;
	if (setjmp(r->trouble.stop) == 0) {
		jpeg_create_decompress(&r->in);
		jpeg_create_compress(&r->out);
		done = repack(r, b);
	} else {
		done = false;
	}
	jpeg_destroy_compress(&r->out);
	jpeg_destroy_decompress(&r->in);
	if (done) {
		*p = r->p;
		*n = r->n;
	} else {
		free(r->p);
	}
	free(r);
	return done;
}
