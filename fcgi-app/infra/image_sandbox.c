/* Limits by setrlimit, system calls by seccomp. */
#include "image_sandbox.h"

#include "conf.h"

#include <errno.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#if defined(__SANITIZE_ADDRESS__)
#define HUGE_SHADOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HUGE_SHADOW 1
#endif
#endif

/* Bytes that are mapped already: the program, its libraries, the file. */
static rlim_t
mapped(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;

	if (f == NULL || fscanf(f, "%lu", &pages) != 1)
		pages = 0;
	if (f != NULL)
		fclose(f);
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static bool
limit(void)
{
	rlim_t most = mapped() + ((rlim_t)conf.image_mb << 20);
	const struct {
		int what;
		rlim_t soft, hard;
	} limits[] = {
#ifndef HUGE_SHADOW /* the sanitizer reserves terabytes */
		{ RLIMIT_AS, most, most },
#endif
		/* SIGXCPU tells the parent the reason; SIGKILL follows */
		{ RLIMIT_CPU, (rlim_t)conf.image_s, (rlim_t)conf.image_s + 1 },
		{ RLIMIT_NOFILE, 4, 4 },
		{ RLIMIT_FSIZE, 0, 0 },
		{ RLIMIT_CORE, 0, 0 },
		{ RLIMIT_MEMLOCK, 0, 0 },
		{ RLIMIT_MSGQUEUE, 0, 0 },
	};
	struct rlimit r;
	size_t i;

	(void)most;
	for (i = 0; i < COUNT(limits); i++) {
		r = (struct rlimit){ limits[i].soft, limits[i].hard };
		if (setrlimit(limits[i].what, &r) != 0)
			return false;
	}
	return true;
}

/* Calls that are harmless with any arguments. */
static const int harmless[] = {
	/* memory */
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
	/* threads */
	SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
	SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(gettid),
	SCMP_SYS(getpid), SCMP_SYS(membarrier),
	/* time */
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep), SCMP_SYS(restart_syscall),
	/* signals of its own, chance, the end */
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(getrandom),
	SCMP_SYS(exit), SCMP_SYS(exit_group),
	/* the descriptors that are there */
	SCMP_SYS(write), SCMP_SYS(close), SCMP_SYS(poll), SCMP_SYS(ppoll),
};

/* Calls that only an intruder makes. */
static const int deadly[] = {
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork),
	SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev), SCMP_SYS(kill), SCMP_SYS(tkill),
	SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect),
	SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
	SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(unshare),
	SCMP_SYS(setns), SCMP_SYS(mount), SCMP_SYS(chroot), SCMP_SYS(bpf),
	SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd),
	SCMP_SYS(perf_event_open), SCMP_SYS(keyctl), SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_getfd), SCMP_SYS(open_by_handle_at),
	SCMP_SYS(memfd_create), SCMP_SYS(personality), SCMP_SYS(setuid),
};

/* A new thread shares all, and is in no namespace of its own. */
#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
	CLONE_THREAD)
#define SPACES (CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
	CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP)

/* Calls that are allowed when an argument, under a mask, has a value.  ints
 * are compared by their lower half: the kernel does not look at the rest. */
#define INT UINT32_MAX
static const struct {
	int call;
	unsigned arg;
	scmp_datum_t mask, value;
} some[] = {
	{ SCMP_SYS(mmap), 2, PROT_EXEC, 0 },
	{ SCMP_SYS(mprotect), 2, PROT_EXEC, 0 },
	{ SCMP_SYS(clone), 0, THREAD | SPACES, THREAD },
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
	/* abort() */
	one = (struct scmp_arg_cmp){ 0, SCMP_CMP_MASKED_EQ, INT,
		(scmp_datum_t)getpid() };
	good = good && seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
	    one) == 0;
	/* the flags of clone3 cannot be seen; without it glibc takes clone */
	return good && seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS),
	    SCMP_SYS(clone3), 0) == 0;
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
	good = good && allow_some(f) && seccomp_load(f) == 0;
	if (f != NULL)
		seccomp_release(f);
	return good;
}

bool
image_sandbox_enter(void)
{
	return limit() && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    close_calls();
}
