"""A network that fails: a proxy between the program and Postgres or Redis on
TCP (C9).

    with Proxy(("127.0.0.1", port)) as proxy:
        proxy.delay = 0.1        each piece arrives so much later
        proxy.stall = 0.01       so many of the pieces wait for STALL_S, as one
                                 does that was lost and is sent again
        proxy.reset()            all connections end at once with a reset
        proxy.silent = True      half open: nothing arrives any more, on old
                                 connections and on new ones
"""

import random
import selectors
import socket
import struct
import threading
import time
from collections import deque

STALL_S = 0.2
PIECE = 65536


class Way:
    """One direction of a connection."""

    def __init__(self, source, target):
        self.source, self.target = source, target
        self.pieces = deque()  # (when it is due, bytes)


class Proxy:
    def __init__(self, where, seed=1):
        """where: an address, or the path of a Unix socket."""
        self.where, self.dice = where, random.Random(seed)
        self.delay, self.stall, self.silent = 0.0, 0.0, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.ways, self.over = {}, False
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.run, daemon=True)

    @property
    def port(self):
        return self.listener.getsockname()[1]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over = True
        self.thread.join()
        self.reset()
        self.listener.close()

    # The faults.

    def reset(self):
        """RST to both ends of every connection."""
        with self.lock:
            while self.ways:
                self.close(next(iter(self.ways.values())), True)

    # Its work.

    def connect(self):
        if isinstance(self.where, str):
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.where)
        else:
            far = socket.create_connection(self.where)
        return far

    def accept(self):
        near, _ = self.listener.accept()
        try:
            far = self.connect()
        except OSError:
            near.close()
            return
        for source, target in ((near, far), (far, near)):
            source.setblocking(False)
            self.ways[source] = Way(source, target)

    def close(self, way, hard=False):
        for one in (way.source, way.target):
            self.ways.pop(one, None)
            if hard and one.family == socket.AF_INET:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.close()

    def read(self, way):
        try:
            data = way.source.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        late = self.delay + (STALL_S if self.dice.random() < self.stall else 0)
        way.pieces.append((time.monotonic() + late, data))

    def write(self, way):
        """What is due; an end comes after all that was said before it."""
        while way.pieces and way.pieces[0][0] <= time.monotonic():
            due, data = way.pieces.popleft()
            try:
                sent = way.target.send(data) if data else 0
            except BlockingIOError:
                sent = 0
                if data:
                    way.pieces.appendleft((due, data))
                    return
            except OSError:
                data = b""
            if not data:
                self.close(way)
                return
            if sent < len(data):
                way.pieces.appendleft((due, data[sent:]))

    def turn(self):
        with selectors.DefaultSelector() as watched:
            watched.register(self.listener, selectors.EVENT_READ)
            with self.lock:
                for way in self.ways.values():
                    ended = way.pieces and not way.pieces[-1][1]
                    if not self.silent and not ended:
                        watched.register(way.source, selectors.EVENT_READ)
            ready = {key.fileobj for key, _ in watched.select(0.002)}
        with self.lock:
            if self.listener in ready:
                self.accept()
            if self.silent:
                return
            for way in list(self.ways.values()):
                if way.source in ready and way.source in self.ways:
                    self.read(way)
                if way.source in self.ways:
                    self.write(way)

    def run(self):
        while not self.over:
            self.turn()
