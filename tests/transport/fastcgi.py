"""A FastCGI client that says exactly what it is told to, right or wrong."""

import socket
import struct

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR, DATA, GET_VALUES = range(1, 10)
KEEP = 1
RESPONDER, AUTHORIZER, FILTER = 1, 2, 3


def record(kind, content=b"", request=1, padding=0, version=1, length=None):
    """One record; length lies about the content if it is given."""
    n = len(content) if length is None else length
    head = struct.pack(">BBHHBB", version, kind, request, n, padding, 0)
    return head + content + b"\0" * padding


def begin(flags=0, role=RESPONDER, request=1):
    return record(BEGIN, struct.pack(">HB5x", role, flags), request)


def size(n):
    return bytes([n]) if n < 128 else struct.pack(">I", n | 1 << 31)


def pair(name, value):
    name, value = name.encode(), value.encode()
    return size(len(name)) + size(len(value)) + name + value


def pairs(values):
    return b"".join(pair(name, value) for name, value in values.items())


def values(method, path, body=b"", **more):
    """The parameters of a request; more overrides and adds, None removes."""
    came = {"REQUEST_METHOD": method, "DOCUMENT_URI": path,
            "QUERY_STRING": "", "CONTENT_LENGTH": str(len(body) or ""),
            "REMOTE_ADDR": "127.0.0.1"}
    came.update(more)
    return {name: value for name, value in came.items() if value is not None}


def stream(kind, content, request=1, piece=65535):
    """A stream in records, and its end."""
    return b"".join(record(kind, content[i:i + piece], request)
                    for i in range(0, len(content), piece)) + \
        record(kind, b"", request)


def request(method, path, body=b"", flags=0, number=1, piece=65535, **more):
    return begin(flags, request=number) + \
        stream(PARAMS, pairs(values(method, path, body, **more)), number) + \
        stream(STDIN, body, number, piece)


class Answer:
    """Status, header lines (lower case names) and body of one answer."""

    def __init__(self, text, ended):
        head, _, self.body = text.partition(b"\r\n\r\n")
        self.ended = ended
        self.head = {}
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b": ")
            self.head[name.decode().lower()] = value.decode()
        self.status = int(self.head.get("status", "0 ").split()[0])


class Connection:
    def __init__(self, path, timeout=5):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(str(path))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def finish(self):
        """No more will be sent."""
        self.socket.shutdown(socket.SHUT_WR)

    def exactly(self, n):
        data = b""
        while len(data) < n:
            got = self.socket.recv(n - len(data))
            if not got:
                return None
            data += got
        return data

    def record(self):
        """(type, request, content) of the next record, or None at the end."""
        head = self.exactly(8)
        if head is None:
            return None
        _, kind, number, n, padding, _ = struct.unpack(">BBHHBB", head)
        content = self.exactly(n + padding)
        return None if content is None else (kind, number, content[:n])

    def answer(self):
        """The next answer; None if the connection was closed before it."""
        text, got = b"", False
        while True:
            try:
                came = self.record()
            except ConnectionError:
                came = None
            if came is None:
                return Answer(text, False) if got else None
            got = True
            kind, _, content = came
            if kind == STDOUT:
                text += content
            if kind == END:
                return Answer(text, True)

    def is_closed(self):
        """Waits for the other side to close; what it still says is lost."""
        try:
            while self.socket.recv(65536):
                pass
            return True
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def ask(self, method, path, body=b"", flags=KEEP, **more):
        self.send(request(method, path, body, flags, **more))
        return self.answer()


def ask(path, *arguments, **more):
    """One request on a connection of its own."""
    with Connection(path) as connection:
        return connection.ask(*arguments, **more)
