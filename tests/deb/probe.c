/* What a process of a service would try that is no longer ours: prints what came
 * of each attempt, "NAME ok", "NAME ERRNO" or, of one that it was ended for,
 * "NAME signal N".  See test_probe.py. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int
inet_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int
inet6_socket(void)
{
	return socket(AF_INET6, SOCK_DGRAM, 0);
}

static int
netlink_socket(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0);
}

static int
unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int
connect_out(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(53),
		.sin_addr.s_addr = inet_addr("192.0.2.1") };
	int fd = inet_socket();

	return fd < 0 ? fd : connect(fd, (struct sockaddr *)&to, sizeof(to));
}

static int
read_shadow(void)
{
	return open("/etc/shadow", O_RDONLY);
}

static int
read_conf(void)
{
	return open("/etc/pinwall/pinwall.conf", O_RDONLY);
}

static int
write_program(void)
{
	return open("/usr/lib/pinwall/pinwall", O_WRONLY);
}

static int
write_backups(void)
{
	return open("/var/backups/pinwall/x", O_WRONLY | O_CREAT, 0600);
}

static int
write_media(void)
{
	return open("/var/lib/pinwall/media/.probe", O_WRONLY | O_CREAT, 0600);
}

static int
run_shell(void)
{
	char *const argv[] = { "sh", "-c", "exit 0", NULL };

	return execv("/bin/sh", argv);
}

static int
map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static int
make_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? 0 : mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static int
become_root(void)
{
	return setresuid(0, 0, 0);
}

static int
trace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static const struct {
	const char *name;
	int (*fn)(void);
} probes[] = {
	{ "inet_socket", inet_socket },
	{ "inet6_socket", inet6_socket },
	{ "netlink_socket", netlink_socket },
	{ "unix_socket", unix_socket },
	{ "connect_out", connect_out },
	{ "read_shadow", read_shadow },
	{ "read_conf", read_conf },
	{ "write_program", write_program },
	{ "write_backups", write_backups },
	{ "write_media", write_media },
	{ "run_shell", run_shell },
	{ "map_code", map_code },
	{ "make_code", make_code },
	{ "become_root", become_root },
	{ "trace", trace },
};

int
main(void)
{
	size_t i;
	int status;
	pid_t pid;

	for (i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		fflush(stdout);
		pid = fork();
		if (pid == 0)
			_exit(probes[i].fn() >= 0 ? 0 : errno);
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			return 1;
		if (WIFSIGNALED(status))
			printf("%s signal %d\n", probes[i].name,
			    WTERMSIG(status));
		else
			printf("%s %s\n", probes[i].name,
			    WEXITSTATUS(status) == 0 ? "ok" :
			    strerrorname_np(WEXITSTATUS(status)));
	}
	return 0;
}
