/*
 * Three walls, each complete in itself.  A system call that is not listed
 * fails with EPERM, which libraries take for "not to be had here" (glibc then
 * does without nscd and netlink); those that only an intruder makes end the
 * process.
 */
#include "fetch_jail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#if defined(__SANITIZE_ADDRESS__)
#define HUGE_SHADOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HUGE_SHADOW 1
#endif
#endif

static bool
limit(int64_t cpu_s)
{
	const struct {
		int what;
		rlim_t most;
	} limits[] = {
#ifndef HUGE_SHADOW /* the sanitizer reserves terabytes */
		{ RLIMIT_AS, (rlim_t)512 << 20 },
#endif
		{ RLIMIT_CPU, (rlim_t)cpu_s },
		{ RLIMIT_NOFILE, 32 },
		{ RLIMIT_FSIZE, 0 },
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_MEMLOCK, 0 },
		{ RLIMIT_MSGQUEUE, 0 },
	};
	struct rlimit r;
	size_t i;

	for (i = 0; i < COUNT(limits); i++) {
		r.rlim_cur = r.rlim_max = limits[i].most;
		if (setrlimit(limits[i].what, &r) != 0)
			return false;
	}
	return true;
}

/* What the resolver, OpenSSL and the dynamic linker read. */
static const char *const readable[] = {
	"/etc/gai.conf", "/etc/host.conf", "/etc/hosts", "/etc/ld.so.cache",
	"/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/services", "/etc/ssl",
	"/lib", "/lib64", "/run/systemd/resolve", "/usr/lib", "/usr/lib64",
	"/usr/local/share/ca-certificates", "/usr/share/ca-certificates",
};

/* The rights of Landlock's first version: all of them are taken away. */
#define FILE_RIGHTS ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)

static bool
permit(int rules, const char *path)
{
	struct landlock_path_beneath_attr rule = {
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
	};
	bool done;

	if (rule.parent_fd < 0)
		return errno == ENOENT; /* not on every machine */
	done = syscall(SYS_landlock_add_rule, rules,
	    LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	close(rule.parent_fd);
	return done;
}

bool
fetch_jail_has_files(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static bool
close_files(void)
{
	const struct landlock_ruleset_attr all = {
		.handled_access_fs = FILE_RIGHTS,
	};
	bool good = true;
	int rules;
	size_t i;

	if (!fetch_jail_has_files())
		return true;
	rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all),
	    0);
	if (rules < 0)
		return false;
	for (i = 0; good && i < COUNT(readable); i++)
		good = permit(rules, readable[i]);
	good = good && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return good;
}

/* Calls that are harmless with any arguments. */
static const int harmless[] = {
	/* memory, threads, time, signals, the end */
	SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap),
	SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(futex),
	SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity), SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
	SCMP_SYS(restart_syscall), SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack), SCMP_SYS(exit), SCMP_SYS(exit_group),
	SCMP_SYS(getrandom), SCMP_SYS(uname), SCMP_SYS(sysinfo),
	/* who am I */
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid),
	SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
	SCMP_SYS(getegid), SCMP_SYS(getcwd),
	/* descriptors that are there */
	SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write),
	SCMP_SYS(writev), SCMP_SYS(lseek), SCMP_SYS(_llseek), SCMP_SYS(close),
	SCMP_SYS(fcntl), SCMP_SYS(fcntl64), SCMP_SYS(dup),
	SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select),
	SCMP_SYS(pselect6), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(pipe2),
	SCMP_SYS(eventfd2), SCMP_SYS(socketpair),
	/* sockets: which ones there can be is decided at socket() */
	SCMP_SYS(connect), SCMP_SYS(shutdown), SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername),
	SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(sendmsg),
	SCMP_SYS(sendmmsg),
	/* looking at files */
	SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(fstat),
	SCMP_SYS(newfstatat), SCMP_SYS(fstatat64), SCMP_SYS(statx),
	SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(readlink), SCMP_SYS(readlinkat),
};

/* Calls that only an intruder makes. */
static const int deadly[] = {
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(kill), SCMP_SYS(tkill),
	SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
	SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(mount), SCMP_SYS(bpf),
	SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd),
	SCMP_SYS(perf_event_open), SCMP_SYS(keyctl), SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_getfd), SCMP_SYS(open_by_handle_at),
};

/* Calls that are allowed when an argument, under a mask, has a value.  ints
 * are compared by their lower half: the kernel does not look at the rest. */
#define INT UINT32_MAX
#define WRITES (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | \
	(O_TMPFILE & ~O_DIRECTORY))
static const struct {
	int call;
	unsigned arg;
	scmp_datum_t mask, value;
} some[] = {
	{ SCMP_SYS(open), 1, WRITES, O_RDONLY },
	{ SCMP_SYS(openat), 2, WRITES, O_RDONLY },
	{ SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD },
	{ SCMP_SYS(ioctl), 1, INT, FIONREAD },
	{ SCMP_SYS(ioctl), 1, INT, FIONBIO },
	{ SCMP_SYS(prctl), 0, INT, PR_SET_NAME },
	{ SCMP_SYS(prlimit64), 2, UINT64_MAX, 0 }, /* asking, not setting */
	{ SCMP_SYS(sendto), 4, UINT64_MAX, 0 },    /* to the connected one */
};

static bool
allow_some(scmp_filter_ctx f)
{
	struct scmp_arg_cmp one = { .op = SCMP_CMP_MASKED_EQ };
	bool good = true;
	size_t i;

	for (i = 0; good && i < COUNT(some); i++) {
		one.arg = some[i].arg;
		one.datum_a = some[i].mask;
		one.datum_b = some[i].value;
		good = seccomp_rule_add(f, SCMP_ACT_ALLOW, some[i].call, 1,
		    one) == 0;
	}
	/* the flags of clone3 cannot be seen; without it glibc takes clone */
	return good && seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS),
	    SCMP_SYS(clone3), 0) == 0;
}

static bool
allow_sockets(scmp_filter_ctx f)
{
	static const int families[] = { AF_INET, AF_INET6 };
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	const scmp_datum_t kind = INT & ~(SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct scmp_arg_cmp family, type;
	bool good = true;
	size_t i;

	for (i = 0; good && i < COUNT(families) * COUNT(types); i++) {
		family = (struct scmp_arg_cmp){ 0, SCMP_CMP_MASKED_EQ, INT,
			(scmp_datum_t)families[i / COUNT(types)] };
		type = (struct scmp_arg_cmp){ 1, SCMP_CMP_MASKED_EQ, kind,
			(scmp_datum_t)types[i % COUNT(types)] };
		good = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket),
		    2, family, type) == 0;
	}
	return good;
}

static bool
close_calls(void)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	bool good = f != NULL;
	size_t i;

	for (i = 0; good && i < COUNT(harmless); i++)
		good = seccomp_rule_add(f, SCMP_ACT_ALLOW, harmless[i],
		    0) == 0;
	for (i = 0; good && i < COUNT(deadly); i++)
		good = seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, deadly[i],
		    0) == 0;
	good = good && allow_sockets(f) && allow_some(f) &&
	    seccomp_load(f) == 0;
	if (f != NULL)
		seccomp_release(f);
	return good;
}

bool
fetch_jail_enter(int64_t cpu_s)
{
	return limit(cpu_s) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    close_files() && close_calls();
}
