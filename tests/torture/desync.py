"""Requests that two readers might take apart differently, by HTTP/1.1 and HTTP/2
through the site of production.

Each carries a poison: a whole request that makes a board, with the login of its
owner, where only a reader that is mistaken about the end of something takes it
for one.  Carriers are cases by name (H1, H2), or are made by chance.
"""

import re
import socket
import ssl

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (ConnectionTerminated, DataReceived, ResponseReceived, StreamEnded,
                       StreamReset)
from h2.exceptions import ProtocolError

HOST = b"Host: localhost"
TITLE = b'{"title": "poison"}'
ENDS = (b"\r\n", b"\n")
CODINGS = (b"chunked", b"Chunked", b"\tchunked", b"chunked\t", b"chunked ", b" chunked",
           b"chunked, identity", b"identity, chunked", b"x\n chunked", b"chunked\x0b",
           b"\"chunked\"", b"chunked;a=b", b"chunked\0", b"")
NAMES = (b"Transfer-Encoding", b"transfer-encoding", b"Transfer-Encoding ", b"Transfer_Encoding",
         b"Transfer-Encoding\t", b" Transfer-Encoding", b"X: a\nTransfer-Encoding",
         b"X: a\rTransfer-Encoding", b"X\0Transfer-Encoding")
SPLICES = (b"\r\n", b"\n", b"\r", b"\0", b"\r\n\r\n", b" ", b"\t", b":", b"\x85", b"\xe5\x98\x8a")


def poison(login):
    return (b"POST /api/boards/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + login
            + b"\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(TITLE)
            + TITLE)


def chunks(body, size=None, end=b"\r\n", extra=b""):
    """In chunks of a size; extra stands behind each size."""
    pieces = [body[i:i + (size or len(body))] for i in range(0, len(body), size or len(body))]
    return b"".join(b"%x%s%s%s%s" % (len(piece), extra, end, piece, end)
                    for piece in pieces) + b"0" + end + end


def post(*headers, body=b"", end=b"\r\n", version=b"HTTP/1.1"):
    return end.join((b"POST /api/boards/ " + version, HOST, *headers, b"", body))


def h1(bad):
    """Cases of HTTP/1, by name."""
    length, coding = b"Content-Length: %d" % len(bad), b"Transfer-Encoding: chunked"
    get = b"GET /api/healthz HTTP/1.1\r\nHost: localhost\r\n"
    return {
        "bare LF everywhere": post(length, body=bad, end=b"\n"),
        "bare LF in a value": post(b"X: a\n" + coding, length, body=chunks(bad)),
        "bare CR in a value": post(b"X: a\r" + coding, length, body=bad),
        "tab before chunked": post(b"Transfer-Encoding:\tchunked", length, body=bad),
        "tab behind chunked": post(coding + b"\t", length, body=bad),
        "vertical tab": post(b"Transfer-Encoding: \x0bchunked", length, body=bad),
        "chunk extensions": post(coding, body=chunks(bad, 7, extra=b";a=b;c=\"d\"")),
        "long chunk extension": post(coding, body=chunks(bad, extra=b";" + b"a" * 9000)),
        "extension with an LF": post(coding, body=b"5;a=\nabcde\r\n0\r\n\r\n"),
        "chunks by bare LF": post(coding, body=chunks(bad, 9, end=b"\n")),
        "zeros before a size": post(coding, body=b"0" * 40 + chunks(bad)),
        "HTTP/0.9": b"GET /api/healthz\r\n" + bad,
        "version 1.0 with chunks": post(coding, body=chunks(bad), version=b"HTTP/1.0"),
        "folded value": post(b"X: a", b"\tb", length, body=bad),
        "folded coding": post(b"Transfer-Encoding:", b" chunked", length, body=bad),
        "chunked twice": post(coding, coding, body=chunks(bad)),
        "chunked, chunked": post(coding + b", chunked", body=chunks(bad)),
        "GET with a body": get + length + b"\r\n\r\n" + bad,
        "another host": b"GET http://elsewhere/api/healthz HTTP/1.1\r\n" + HOST + b"\r\n"
        + length + b"\r\n\r\n" + bad,
        "expects 100": post(b"Expect: 100-continue", length, body=bad),
        "upgrade to h2c": post(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c",
                               b"HTTP2-Settings: AAMAAABkAAQAAP__", length, body=bad),
        "the preface of h2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bad,
    }


def fields(*more, method=b"POST", path=b"/api/boards/", without=()):
    first = [(b":method", method), (b":scheme", b"https"), (b":path", path),
             (b":authority", b"localhost")]
    return [one for one in first if one[0] not in without] + list(more)


def h2(bad):
    """Cases of HTTP/2: name -> (header fields, body, must it be refused)."""
    data, line = b'{"title": "carrier"}', b"\r\n\r\n" + bad
    size = (b"content-length", b"%d" % len(data))
    cases = {
        f"{text!r} in a value": (fields((b"x-a", b"b" + text + bad)), b"", True)
        for text in (b"\r\n", b"\n", b"\0", b"\r\n\r\n")}
    return cases | {
        "CR in a value": (fields((b"x-a", b"b\rc: d")), b"", False),
        "CR LF in a name": (fields((b"x-a: b\r\nx-c", b"d")), b"", False),
        "a colon in a name": (fields((b"transfer-encoding: chunked", b"")), data, False),
        "capitals in a name": (fields((b"X-A", b"b")), data, False),
        "a space in a name": (fields((b"transfer-encoding ", b"chunked")), chunks(bad), False),
        "CR LF in the path": (fields(path=b"/api/pins/ HTTP/1.1" + line), b"", True),
        "a space in the path": (fields(path=b"/api/pins/ HTTP/1.1"), b"", False),
        "CR LF in the method": (fields(method=b"GET / HTTP/1.1" + line), b"", True),
        "CR LF in the name of the site": (
            [(b":authority", b"localhost" + line), *fields(without=(b":authority",))], b"", True),
        "CR LF in the scheme": (
            [(b":scheme", b"https" + line), *fields(without=(b":scheme",))], b"", False),
        "chunked": (fields((b"transfer-encoding", b"chunked")), b"0" + line, False),
        "connection": (fields((b"connection", b"transfer-encoding")), bad, False),
        "upgrade": (fields((b"upgrade", b"h2c"), (b"connection", b"upgrade")), bad, False),
        "te": (fields((b"te", b"chunked")), bad, False),
        "two paths": (fields((b":path", b"/api/poison")), b"", True),
        "two methods": (fields((b":method", b"GET")), b"", True),
        "two schemes": (fields((b":scheme", b"http")), b"", True),
        "a path after a header": ([*fields((b"x-a", b"b"), without=(b":path",)),
                                   (b":path", b"/api/boards/")], b"", False),
        "no path": (fields(without=(b":path",)), b"", True),
        "empty path": (fields(path=b""), b"", True),
        "path *": (fields(path=b"*"), b"", True),
        "a path without a slash": (fields(path=b"api/boards/"), b"", True),
        "unknown pseudo header": (fields((b":poison", b"a")), b"", True),
        "host beside the authority": (fields((b"host", b"elsewhere")), data, False),
        "two hosts": (fields((b"host", b"a"), (b"host", b"b"), without=(b":authority",)), data,
                      True),
        "length 0 and data": (fields((b"content-length", b"0")), bad, True),
        "length too small": (fields((b"content-length", b"5")), data, True),
        "length too large": (fields((b"content-length", b"500")), data, True),
        "two lengths": (fields(size, (b"content-length", b"0")), data, True),
        "length +5": (fields((b"content-length", b"+5")), b"abcde", True),
        "length 2^63": (fields((b"content-length", b"9223372036854775808")), data, True),
    }


class Talker:
    """Connections to the site: each request has one of its own."""

    def __init__(self, site):
        self.port = site.port
        self.contexts = {}
        for name in ("h2", "http/1.1"):
            context = ssl.create_default_context(cafile=site.certificate)
            context.set_alpn_protocols([name])
            self.contexts[name] = context

    def connect(self, name):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.contexts[name].wrap_socket(plain, server_hostname="localhost")

    def say(self, raw, wait=1.0):
        """Everything that comes by HTTP/1.1 until the end, or a silence."""
        got = b""
        with self.connect("http/1.1") as s:
            try:
                s.sendall(raw)
                s.settimeout(wait)
                while piece := s.recv(65536):
                    got += piece
            except (OSError, ssl.SSLError):
                pass
        return got

    def ask(self, headers, body=b"", wait=5.0):
        """By HTTP/2: (answers that came, the body); [0]: it was refused below HTTP."""
        h = H2Connection(H2Configuration(
            client_side=True, header_encoding=None, validate_outbound_headers=False,
            normalize_outbound_headers=False, validate_inbound_headers=True))
        with self.connect("h2") as s:
            s.settimeout(wait)
            try:
                h.initiate_connection()
                h.send_headers(1, headers, end_stream=not body)
                if body:
                    h.send_data(1, body, end_stream=True)
                s.sendall(h.data_to_send())
                return self.listen(s, h)
            except (OSError, ssl.SSLError, ProtocolError):
                return [0], b""

    def listen(self, s, h):
        answers, text = [], b""
        while piece := s.recv(65536):
            for event in h.receive_data(piece):
                if isinstance(event, ResponseReceived):
                    answers.append(int(dict(event.headers)[b":status"]))
                elif isinstance(event, DataReceived):
                    text += event.data
                    h.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, (StreamEnded, StreamReset, ConnectionTerminated)):
                    return answers or [0], text
            s.sendall(h.data_to_send())
        return answers or [0], text


def statuses(got):
    """Of final answers by HTTP/1."""
    return [int(n) for n in re.findall(rb"(?:^|[\n}])HTTP/1\.[01] (\d+) ", got) if n != b"100"]


def h1_by_chance(dice, bad):
    """The length is right, so that the poison is in the body whatever the coding
    is taken for; or there is a coding alone that is well spelled."""
    end = dice.choice(ENDS)
    if dice.random() < 0.3:
        extra = dice.choice((b"", b";a", b";a=b", b" ", b"\t", b";\"\""))
        return post(b"Transfer-Encoding: chunked", end=end, body=chunks(
            bad, dice.randrange(1, len(bad)), dice.choice(ENDS), extra))
    headers = [b"Content-Length: %d" % len(bad),
               dice.choice(NAMES) + b": " + dice.choice(CODINGS)]
    if dice.random() < 0.5:
        headers.append(b"X-A: " + dice.randbytes(dice.randrange(9)).replace(b"\n", b""))
    dice.shuffle(headers)
    return post(*headers, body=bad, end=end)


def h2_by_chance(dice, bad):
    """A field is spliced with what ends a line in HTTP/1, and the poison behind."""
    headers = fields((b"x-a", b"b"), (b"content-type", b"application/json"))
    for _ in range(dice.randrange(1, 4)):
        n = dice.randrange(len(headers))
        name, value = headers[n]
        splice = dice.choice(SPLICES) + dice.choice((b"", b"transfer-encoding: chunked\r\n", bad))
        kind = dice.randrange(4)
        if kind == 0:
            headers[n] = (name, value + splice)
        elif kind == 1:
            headers[n] = (name + splice, value)
        elif kind == 2:
            headers.insert(dice.randrange(len(headers) + 1), headers[n])
        else:
            headers.append((dice.choice((b"content-length", b"transfer-encoding", b"host")),
                            dice.choice((b"0", b"chunked", b"5", b"localhost"))))
    return headers, dice.choice((b"", bad, chunks(bad), b"0\r\n\r\n" + bad))
