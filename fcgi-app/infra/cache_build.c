/* Which program answers.  See cache_build.h. */
#include "cache_build.h"

#include "conf.h"

#include <link.h>
#include <sodium/crypto_hash_sha256.h>
#include <string.h>

static void
add_notes(crypto_hash_sha256_state *sum, const struct dl_phdr_info *info,
    const ElfW(Phdr) *h)
{
	const char *p = (const char *)info->dlpi_addr + h->p_vaddr;
	const char *end = p + h->p_memsz;
	ElfW(Nhdr) note;

	while (p + sizeof(note) <= end) {
		memcpy(&note, p, sizeof(note));
		p += sizeof(note) + ((note.n_namesz + 3) & ~3U);
		if (note.n_type == NT_GNU_BUILD_ID && p + note.n_descsz <= end)
			crypto_hash_sha256_update(sum,
			    (const unsigned char *)p, note.n_descsz);
		p += (note.n_descsz + 3) & ~3U;
	}
}

/* The first object is the program itself. */
static int
add_program(struct dl_phdr_info *info, size_t size, void *sum)
{
	int i;

	(void)size;
	for (i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_NOTE)
			add_notes(sum, info, &info->dlpi_phdr[i]);
	return 1;
}

static void
add_text(crypto_hash_sha256_state *sum, const char *text)
{
	crypto_hash_sha256_update(sum, (const unsigned char *)text,
	    strlen(text) + 1);
}

static uint64_t
sum_up(void)
{
	unsigned char out[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state sum;
	uint64_t build;

	crypto_hash_sha256_init(&sum);
	(void)dl_iterate_phdr(add_program, &sum);
	add_text(&sum, conf.public_url);
	add_text(&sum, conf.media_url);
	crypto_hash_sha256_final(&sum, out);
	memcpy(&build, out, sizeof(build));
	return build;
}

uint64_t
cache_build(void)
{
	static uint64_t build;

	if (build == 0)
		build = sum_up();
	return build;
}
