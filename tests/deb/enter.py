"""Becomes the process of a service, confined as its unit says; walls.py
writes the units down as JSON:

    enter.py SPEC

What systemd would do, done here by the same means of the kernel: namespaces of
its own, what may be written, executed or not even seen, user and groups,
capabilities, limits, and filters of system calls.  A call that the unit does not
list ends the process by SIGSYS, where systemd would let it fail: nothing is
overlooked that way.
"""

import ctypes
import errno
import fcntl
import json
import os
import resource
import socket
import sys

import seccomp

LIBC = ctypes.CDLL(None, use_errno=True)
NEWNS, NEWNET, NEWIPC = 0x20000, 0x40000000, 0x8000000
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND, REC, PRIVATE = (
    1, 2, 4, 8, 32, 4096, 16384, 1 << 18)
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
LAST_CAPABILITY = 40


def checked(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount(source, target, kind, flags, data=""):
    checked(LIBC.mount(source.encode(), target.encode(), kind.encode(), flags, data.encode()),
            f"mount {target}")


def bind(path, flags):
    """The path over itself, with flags of its own."""
    mount(path, path, "", BIND)
    mount("", path, "", BIND | REMOUNT | flags)


def files(spec):
    """The root as the unit shows it."""
    root = spec["root"]
    mount("", "/", "", REC | PRIVATE)
    mount(root, root, "", BIND | REC)
    if spec["strict"] or spec["no_exec"]:
        flags = (RDONLY if spec["strict"] else 0) | (NOEXEC if spec["no_exec"] else 0)
        mount("", root, "", BIND | REMOUNT | flags)
    elif spec["full"]:
        for name in ("usr", "etc", "boot"):
            bind(f"{root}/{name}", RDONLY)
    for path in spec["exec"]:
        bind(os.path.realpath(root + path), RDONLY)
    for path in spec["writable"]:
        bind(root + path, NOEXEC if spec["no_exec"] else 0)
    if spec["private_tmp"]:
        for name in ("tmp", "var/tmp"):
            mount("tmpfs", f"{root}/{name}", "tmpfs", NOSUID | NODEV)
            os.chmod(f"{root}/{name}", 0o1777)
    for path in spec["hidden"]:
        if os.path.isdir(root + path):
            mount("tmpfs", root + path, "tmpfs", RDONLY | NOSUID | NODEV | NOEXEC, "mode=000")
        elif os.path.exists(root + path):
            mount(root + "/run/.nothing", root + path, "", BIND)


def lose_rights(spec):
    kept = {int(n) for n in spec["capabilities"]}
    for n in range(LAST_CAPABILITY + 1):
        if n not in kept:
            checked(LIBC.prctl(PR_CAPBSET_DROP, n, 0, 0, 0), "capability")
    for name, value in spec["limits"].items():
        number = getattr(resource, "RLIMIT_" + name)
        most = resource.getrlimit(number)[1]
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(number, (value, value))
    os.umask(spec["umask"])
    if spec["uid"] != 0:
        os.setgroups(spec["groups"])
        os.setresgid(spec["gid"], spec["gid"], spec["gid"])
        os.setresuid(spec["uid"], spec["uid"], spec["uid"])
    if spec["no_new_privileges"]:
        checked(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")


def close_families(families):
    """Sockets of other kinds cannot be had (EAFNOSUPPORT)."""
    known = sorted(getattr(socket, name) for name in families)
    f = seccomp.SyscallFilter(seccomp.ALLOW)
    action = seccomp.ERRNO(errno.EAFNOSUPPORT)
    f.add_rule(action, "socket", seccomp.Arg(0, seccomp.LT, known[0]))
    f.add_rule(action, "socket", seccomp.Arg(0, seccomp.GT, known[-1]))
    for family in range(known[0] + 1, known[-1]):
        if family not in known:
            f.add_rule(action, "socket", seccomp.Arg(0, seccomp.EQ, family))
    f.load()


def close_code():
    """No memory that is both written and executed."""
    f = seccomp.SyscallFilter(seccomp.ALLOW)
    action = seccomp.ERRNO(errno.EPERM)
    f.add_rule(action, "mmap", seccomp.Arg(2, seccomp.MASKED_EQ, 6, 6))
    f.add_rule(action, "mprotect", seccomp.Arg(2, seccomp.MASKED_EQ, 4, 4))
    f.add_rule(action, "pkey_mprotect", seccomp.Arg(2, seccomp.MASKED_EQ, 4, 4))
    f.load()


def close_calls(names):
    f = seccomp.SyscallFilter(seccomp.KILL_PROCESS)
    for name in names:
        try:
            f.add_rule(seccomp.ALLOW, name)
        except RuntimeError:
            pass  # of another architecture
    return f


def place(sockets):
    """As 3, 4, ..., and nowhere else."""
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 100) for fd in sockets]
    for fd in sockets:
        os.close(fd)
    for i, fd in enumerate(high):
        os.dup2(fd, 3 + i)
        os.close(fd)


def main():
    with open(sys.argv[1], encoding="utf-8") as source:
        spec = json.load(source)
    spaces = NEWNS | (NEWNET if spec["no_network"] else 0) | (NEWIPC if spec["no_ipc"] else 0)
    checked(LIBC.unshare(spaces), "unshare")
    last = close_calls(spec["calls"]) if spec["calls"] is not None else None
    files(spec)
    os.chroot(spec["root"])
    os.chdir("/")
    lose_rights(spec)
    environment = dict(spec["environment"])
    place(spec["sockets"])
    if spec["sockets"]:
        environment["LISTEN_PID"] = str(os.getpid())
    command = spec["command"]
    if spec["families"]:
        close_families(spec["families"])
    if spec["no_written_code"]:
        close_code()
    if last is not None:
        last.load()
    os.execve(command[0], command, environment)


main()
