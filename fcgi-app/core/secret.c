/* The secret file.  It is made under another name and then linked to its own,
 * which fails if somebody was faster: all readers see one whole file. */
#include "secret.h"

#include "conf.h"
#include "log.h"
#include "rand.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Not sodium.h: it names a function that banned.h forbids. */
#include <sodium/core.h>
#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_hash_sha256.h>
#include <sodium/crypto_shorthash.h>
#include <sodium/utils.h>

#define SECRET_LEAST 32
#define SECRET_MOST 4096

static unsigned char secret[SECRET_MOST];
static size_t secret_n;

static bool
complain(const char *what)
{
	log_error("secret.bad file=%s reason=%s", conf.secret_file, what);
	return false;
}

static bool
write_new(const char *path)
{
	unsigned char bytes[SECRET_LEAST];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good;

	if (fd < 0)
		return false;
	rand_bytes(bytes, sizeof(bytes));
	good = write(fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes) &&
	    fsync(fd) == 0;
	sodium_memzero(bytes, sizeof(bytes));
	return close(fd) == 0 && good;
}

static bool
make_file(void)
{
	char path[4200], mark[12];
	bool good;

	rand_text(mark, 8);
	if (snprintf(path, sizeof(path), "%s.%s", conf.secret_file, mark) >=
	    (int)sizeof(path))
		return complain("its name is too long");
	good = write_new(path) &&
	    (link(path, conf.secret_file) == 0 || errno == EEXIST);
	if (!good)
		complain(strerror(errno));
	unlink(path);
	return good;
}

/* systemd hands secrets over in a folder that only the service can enter; an
 * access list there looks like rights of the group. */
static bool
is_credential(void)
{
	struct str folder = str_of(getenv("CREDENTIALS_DIRECTORY"));

	return folder.n > 0 && str_starts(str_of(conf.secret_file), folder);
}

static bool
read_file(int fd)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0)
		return complain(strerror(errno));
	if (!S_ISREG(st.st_mode))
		return complain("it is no regular file");
	if ((st.st_mode & (is_credential() ? 027 : 077)) != 0)
		return complain("others may read or write it; chmod 600");
	if (st.st_size < SECRET_LEAST || st.st_size > SECRET_MOST)
		return complain("32 to 4096 bytes are needed");
	n = read(fd, secret, sizeof(secret));
	if (n != st.st_size)
		return complain("it could not be read whole");
	secret_n = (size_t)n;
	return true;
}

bool
secret_open(void)
{
	bool good;
	int fd;

	if (sodium_init() < 0)
		return complain("libsodium does not start");
	fd = open(conf.secret_file, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		if (!make_file())
			return false;
		fd = open(conf.secret_file, O_RDONLY | O_CLOEXEC);
	}
	if (fd < 0)
		return complain(strerror(errno));
	good = read_file(fd);
	close(fd);
	return good;
}

void
secret_key(const char *purpose, unsigned char key[SECRET_KEY])
{
	crypto_auth_hmacsha256_state state;

	assert(secret_n >= SECRET_LEAST); /* secret_open comes first */
	crypto_auth_hmacsha256_init(&state, secret, secret_n);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)purpose,
	    strlen(purpose));
	crypto_auth_hmacsha256_final(&state, key);
	sodium_memzero(&state, sizeof(state));
}

void
secret_digest(struct str s, unsigned char digest[SECRET_DIGEST])
{
	crypto_hash_sha256(digest, (const unsigned char *)s.p, s.n);
}

uint64_t
secret_hash(const unsigned char key[16], const void *p, size_t n)
{
	unsigned char out[crypto_shorthash_BYTES];
	uint64_t v;

	crypto_shorthash(out, p, n, key);
	memcpy(&v, out, sizeof(v));
	return v;
}

bool
secret_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}
