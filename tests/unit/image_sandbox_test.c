/*
 * The sandbox: what an intruder would try, each in a child of its own that
 * has gone in, and what a decoder must still be able to do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "conf.h"
#include "image_sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* How a child ends: below 256 its exit status, else 256 + the signal. */
static int
in_sandbox(int (*act)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (!image_sandbox_enter())
			_exit(99);
		_exit(act());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? 256 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}

static const char path[] = "/etc/passwd";

/* 0: the call was refused with EPERM. */
static int
refused(long result)
{
	return result == -1 && errno == EPERM ? 0 : 1;
}

#define TRY(name, call) \
	static int \
	try_##name(void) \
	{ \
		return refused(call); \
	}

TRY(open, open(path, O_RDONLY))
TRY(openat, syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0))
TRY(openat2, syscall(SYS_openat2, AT_FDCWD, path, NULL, 0))
TRY(create, open("/tmp/image_sandbox_test", O_CREAT | O_WRONLY, 0600))
TRY(stat, syscall(SYS_newfstatat, AT_FDCWD, path, NULL, 0))
TRY(readlink, readlink("/proc/self/exe", (char[9]){ 0 }, 9))
TRY(unlink, unlink("/tmp/image_sandbox_test"))
TRY(mkdir, mkdir("/tmp/image_sandbox_test", 0700))
TRY(chdir, chdir("/"))
TRY(read, syscall(SYS_read, 0, NULL, 0))
TRY(pread, syscall(SYS_pread64, 0, NULL, 0, 0))
TRY(recvmsg, syscall(SYS_recvmsg, 0, NULL, 0))
TRY(dup, dup(0))
TRY(fcntl, fcntl(0, F_GETFL))
TRY(ioctl, syscall(SYS_ioctl, 0, 0x5401, NULL))
TRY(pipe, syscall(SYS_pipe2, NULL, 0))
TRY(epoll, syscall(SYS_epoll_create1, 0))
TRY(sendto, syscall(SYS_sendto, 1, "x", 1, 0, path, sizeof(path)))
TRY(exec_memory, (long)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
TRY(write_exec_memory, (long)mmap(NULL, 4096, PROT_READ | PROT_WRITE |
    PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
TRY(mprotect_exec, mprotect(mmap(NULL, 4096, PROT_READ | PROT_WRITE,
    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096, PROT_READ | PROT_EXEC))
TRY(pkey_mprotect, syscall(SYS_pkey_mprotect, NULL, 0, PROT_EXEC, 0))
TRY(new_process, syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0))
TRY(new_space, syscall(SYS_clone, CLONE_VM | CLONE_FS | CLONE_FILES |
    CLONE_SIGHAND | CLONE_THREAD | CLONE_NEWUSER, 0, 0, 0, 0))
TRY(signal_other, syscall(SYS_tgkill, 1, 1, 0))
TRY(queue_signal, syscall(SYS_rt_sigqueueinfo, 1, SIGTERM, NULL))
TRY(set_limit, syscall(SYS_prlimit64, 0, RLIMIT_CPU, "0123456789abcdef",
    NULL))
TRY(prctl, prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
TRY(seccomp, syscall(SYS_seccomp, 1, 0, NULL))
TRY(getuid, syscall(SYS_getuid))
TRY(setpriority, setpriority(PRIO_PROCESS, 0, -5))

static int (*const refusals[])(void) = {
	try_open, try_openat, try_openat2, try_create, try_stat, try_readlink,
	try_unlink, try_mkdir, try_chdir, try_read, try_pread, try_recvmsg,
	try_dup, try_fcntl, try_ioctl, try_pipe, try_epoll, try_sendto,
	try_exec_memory, try_write_exec_memory, try_mprotect_exec,
	try_pkey_mprotect, try_new_process, try_new_space, try_queue_signal,
	try_set_limit, try_prctl, try_seccomp, try_getuid, try_setpriority,
};

static void
what_is_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (in_sandbox(refusals[i]) != 0)
			fail_msg("number %zu was not refused", i);
	assert_int_not_equal(access("/tmp/image_sandbox_test", F_OK), 0);
}

/* A call that ends the process. */
#define DIE(name, ...) \
	static int \
	die_##name(void) \
	{ \
		syscall(SYS_##name, __VA_ARGS__); \
		return 0; \
	}

DIE(execve, "/bin/true", NULL, NULL)
DIE(execveat, AT_FDCWD, "/bin/true", NULL, NULL, 0)
DIE(socket, AF_UNIX, SOCK_STREAM, 0)
DIE(socketpair, AF_UNIX, SOCK_STREAM, 0, NULL)
DIE(connect, 1, NULL, 0)
DIE(bind, 1, NULL, 0)
DIE(sendmsg, 1, NULL, 0)
DIE(ptrace, PTRACE_TRACEME, 0, 0, 0)
DIE(process_vm_readv, 1, NULL, 0, NULL, 0, 0)
DIE(kill, 1, 0)
DIE(unshare, CLONE_NEWUSER)
DIE(mount, "a", "b", "c", 0, NULL)
DIE(bpf, 0, NULL, 0)
DIE(io_uring_setup, 1, NULL)
DIE(memfd_create, "x", 0)
DIE(pidfd_getfd, 0, 0, 0)
#ifdef SYS_fork
DIE(fork, 0)
DIE(vfork, 0)
#endif

static int (*const deaths[])(void) = {
	die_execve, die_execveat, die_socket, die_socketpair, die_connect,
	die_bind, die_sendmsg, die_ptrace, die_process_vm_readv, die_kill,
	die_unshare, die_mount, die_bpf, die_io_uring_setup, die_memfd_create,
	die_pidfd_getfd,
#ifdef SYS_fork
	die_fork, die_vfork,
#endif
};

static void
what_ends_it(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(deaths) / sizeof(deaths[0]); i++)
		if (in_sandbox(deaths[i]) != 256 + SIGSYS)
			fail_msg("number %zu was survived", i);
}

/* tgkill reaches nobody else; glibc takes clone when clone3 is not there. */
static int
only_itself(void)
{
	if (try_signal_other() != 0)
		return 1;
	if (syscall(SYS_clone3, NULL, 0) != -1 || errno != ENOSYS)
		return 2;
	return 0;
}

static void *
add_one(void *arg)
{
	++*(int *)arg;
	return NULL;
}

/* Memory, threads, chance, time. */
static int
work(void)
{
	pthread_t t;
	char *p = malloc(50 << 20);
	int i, n = 0;

	if (p == NULL)
		return 1;
	memset(p, 1, 50 << 20);
	free(p);
	for (i = 0; i < 4; i++)
		if (pthread_create(&t, NULL, add_one, &n) != 0 ||
		    pthread_join(t, NULL) != 0)
			return 2;
	if (n != 4 || usleep(1000) != 0)
		return 3;
	return syscall(SYS_getrandom, &i, sizeof(i), 0) == sizeof(i) ? 0 : 4;
}

static void
what_is_left(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(only_itself), 0);
	assert_int_equal(in_sandbox(work), 0);
}

static int pair[2];

static int
answer(void)
{
	return send(pair[1], "done", 4, MSG_NOSIGNAL) == 4 &&
	    write(pair[1], "!", 1) == 1 ? 0 : 1;
}

static void
it_can_answer(void **state)
{
	char text[5];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(in_sandbox(answer), 0);
	assert_int_equal(recv(pair[0], text, 5, MSG_WAITALL), 5);
	assert_memory_equal(text, "done!", 5);
	close(pair[0]);
	close(pair[1]);
}

static int
spin(void)
{
	volatile bool on = true;

	while (on)
		;
	return 0;
}

static int
abort_itself(void)
{
	abort();
}

static int
eat(void)
{
	size_t n;

	for (n = 0; n < (size_t)conf.image_mb + 16; n++)
		if (mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE |
		    MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
			return errno == ENOMEM &&
			    n + 16 >= (size_t)conf.image_mb ? 0 : 1;
	return 2;
}

static void
limits(void **state)
{
	int64_t usual = conf.image_s;

	(void)state;
	conf.image_s = 1;
	assert_int_equal(in_sandbox(spin), 256 + SIGXCPU);
	conf.image_s = usual;
	assert_int_equal(in_sandbox(abort_itself), 256 + SIGABRT);
#ifndef SANITIZED
	assert_int_equal(in_sandbox(eat), 0);
#else
	(void)eat;
#endif
}

static int
load_settings(void **state)
{
	(void)state;
	return conf_load(NULL) ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(what_ends_it),
		cmocka_unit_test(what_is_left),
		cmocka_unit_test(it_can_answer),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, load_settings, NULL);
}
