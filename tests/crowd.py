"""Many connections that have been answered once and say nothing more.

    with Crowd("127.0.0.1", 80, 10_000) as crowd:
        crowd.held()      how many of them the other side has not ended
"""

import resource
import select
import socket

import pytest

ASK = b"GET / HTTP/1.1\r\nHost: %b\r\n\r\n"
OTHERS = 1500  # files that are open beside them


def held(connections):
    """Those that the other side has not ended, counted."""
    watched = select.poll()
    for one in connections:
        watched.register(one, select.POLLRDHUP)
    return len(connections) - len(watched.poll(0))


class Crowd:
    def __init__(self, address, port, n, host="localhost"):
        self.where, self.n, self.all = (address, port), n, []
        self.ask = ASK % host.encode()
        self.was = resource.getrlimit(resource.RLIMIT_NOFILE)
        if self.was[1] < n + OTHERS:
            pytest.skip(f"only {self.was[1]} files may be open here")

    def __enter__(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.was[1], self.was[1]))
        for _ in range(self.n):
            one = socket.create_connection(self.where, timeout=30)
            self.all.append(one)
            one.sendall(self.ask)
        for one in self.all:
            one.recv(65536)
        return self

    def held(self):
        return held(self.all)

    def __exit__(self, *_):
        for one in self.all:
            one.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, self.was)
