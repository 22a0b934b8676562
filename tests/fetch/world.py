"""A small Internet for the fetch process, in a network namespace of its own.

Every IPv4 and IPv6 address of the world leads to this process: the route
table of the namespace says that all of them are local.  So each address that
must never be connected to has a listener that would notice, and would answer
with a perfectly good picture: a gate that lets something through makes a test
fail twice, by the outcome and by the count.  Names are served by a scripted
DNS server, /etc/hosts and the list of certificate authorities are ours.

Run as a program by conftest.py:  world.py TOOL FOLDER [strace]
It starts the fetch process inside, prints {"ready": pid} and then answers one
line of JSON for each on standard input: {"accepts": true} gives and forgets
the (address, port) pairs that were connected to, {"requests": true} the
request heads, {"names": true} how often each name was asked for.  At the end
of its input it stops the fetch process and ends.
"""
import collections
import ctypes
import json
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import zlib

PUBLIC, PUBLIC6 = "93.184.216.34", "2606:2800:220:1::25"
SERVICE_PORT = 8081  # the configured service of conftest.ALLOW
PLAIN_PORTS = (80, 22, 5432, 6379, 8080, SERVICE_PORT)

lock = threading.Lock()
accepts, requests = [], []
asked = collections.Counter()


def png():
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    rows = b"".join(b"\0" + bytes([y * 8, 0, 0] * 32) for y in range(32))
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


PICTURE = png()

# ---- names ----

NAMES = {
    # name: ([IPv4 ...], [IPv6 ...])
    "public.test": ([PUBLIC], []),
    "public6.test": ([], [PUBLIC6]),
    "secure.test": ([PUBLIC], []),
    "xn--bj0bj06e.test": ([PUBLIC], []),  # 한글.test
    "service.test": (["10.9.8.7"], []),   # configured, see conftest.ALLOW
    "unspecified.test": (["0.0.0.0"], []),
    "loop.test": (["127.0.0.1"], []),
    "loop2.test": (["127.8.8.8"], []),
    "ten.test": (["10.0.0.1"], []),
    "cgnat.test": (["100.64.0.1"], []),
    "meta.test": (["169.254.169.254"], []),
    "private12.test": (["172.31.255.254"], []),
    "private16.test": (["192.168.1.1"], []),
    "bench.test": (["198.19.0.1"], []),
    "doc.test": (["203.0.113.7"], []),
    "multicast.test": (["224.0.0.251"], []),
    "reserved.test": (["240.0.0.1"], []),
    "broadcast.test": (["255.255.255.255"], []),
    "loop6.test": ([], ["::1"]),
    "any6.test": ([], ["::"]),
    "mapped.test": ([], ["::ffff:127.0.0.1"]),
    "compatible.test": ([], ["::127.0.0.1"]),
    "nat64.test": ([], ["64:ff9b::7f00:1"]),
    "localnat64.test": ([], ["64:ff9b:1::a00:1"]),
    "sixtofour.test": ([], ["2002:7f00:1::1"]),
    "teredo.test": ([], ["2001::1"]),
    "doc6.test": ([], ["2001:db8::1"]),
    "ula.test": ([], ["fd00::1"]),
    "link6.test": ([], ["fe80::1"]),
    "multicast6.test": ([], ["ff02::1"]),
    "both.test": (["10.0.0.1"], ["fd00::1"]),
    "all-private.test": (["10.0.0.1", "192.168.0.1", "127.0.0.1"], ["::1"]),
    # one good address among bad ones: only the good one may be used
    "mixed.test": (["10.0.0.1", PUBLIC, "127.0.0.1"], []),
    "mixed6.test": ([PUBLIC], ["::1", "fd00::1"]),
}
ALIASES = {"alias.test": "ten.test", "alias-public.test": "public.test"}


def addresses(name):
    """What a name has, now: rebind* has a public address at the first
    question of each fetch's first hop, and a private one afterwards."""
    if name.startswith("rebind"):
        with lock:
            first = asked[name] <= 1
        return ([PUBLIC if first else "127.0.0.1"], [])
    return NAMES.get(name)


def name_bytes(name):
    return b"".join(bytes([len(p)]) + p.encode()
                    for p in name.split(".")) + b"\0"


def answer_name(query):
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    kind = struct.unpack(">H", query[at + 1:at + 3])[0]
    name = ".".join(labels).lower()
    if name == "blackhole.test":
        return None
    if kind == 1:
        with lock:
            asked[name] += 1
    records = []
    owner = name
    if name in ALIASES:
        owner = ALIASES[name]
        data = name_bytes(owner)
        records.append(name_bytes(name) +
                       struct.pack(">HHIH", 5, 1, 0, len(data)) + data)
    found = addresses(owner)
    for one in (found or ([], []))[{1: 0, 28: 1}.get(kind, 0)]:
        if kind in (1, 28):
            family = socket.AF_INET if kind == 1 else socket.AF_INET6
            data = socket.inet_pton(family, one)
            records.append(name_bytes(owner) +
                           struct.pack(">HHIH", kind, 1, 0, len(data)) + data)
    flags = 0x8180 | (0 if found else 3)
    return (query[:2] + struct.pack(">HHHHH", flags, 1, len(records), 0, 0) +
            query[12:at + 5] + b"".join(records))


def serve_names(sock):
    while True:
        query, client = sock.recvfrom(2048)
        reply = answer_name(query)
        if reply:
            sock.sendto(reply, client)


# ---- hosts ----

def page(body, kind="image/png", status="200 OK", more=""):
    return (f"HTTP/1.1 {status}\r\n" +
            (f"Content-Type: {kind}\r\n" if kind else "") +
            f"Content-Length: {len(body)}\r\n{more}\r\n").encode() + body


def redirect(to, status="302 Found"):
    if isinstance(to, str):
        to = to.encode("utf-8")
    return (f"HTTP/1.1 {status}\r\nLocation: ".encode() + to +
            b"\r\nContent-Length: 5\r\n\r\nmoved")


def drip(conn, head, piece, pause, seconds):
    conn.sendall(head)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        conn.sendall(piece)
        time.sleep(pause)


OK = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
FIXED = {
    "/ok.png": page(PICTURE),
    "/no-type": page(PICTURE, None),
    "/octets": page(PICTURE, "application/octet-stream"),
    "/jpeg-parameters": page(PICTURE, "IMAGE/JPEG; charset=x"),
    "/html": page(b"<html></html>", "text/html; charset=utf-8"),
    "/json": page(b"{}", "application/json"),
    "/fake-kind": page(PICTURE, "imagery/png"),
    "/two-kinds": page(PICTURE, "image/png", more="Content-Type: text/html\r\n"),
    "/empty": page(b""),
    "/chunked": (OK + "Transfer-Encoding: chunked\r\n\r\n").encode() +
    b"%x\r\n" % len(PICTURE) + PICTURE + b"\r\n0\r\nX-Trailer: 1\r\n\r\n",
    "/until-close": (OK + "\r\n").encode() + PICTURE,
    "/early-hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
    page(PICTURE),
    "/gzip": page(zlib.compress(b"\0" * 10_000_000), more="Content-Encoding: gzip\r\n"),
    "/deflate": page(zlib.compress(b"\0" * 1000), more="Content-Encoding: deflate\r\n"),
    "/br": page(b"x", more="Content-Encoding: br\r\n"),
    "/identity-gzip": page(b"x", more="Content-Encoding: identity\r\nContent-Encoding: gzip\r\n"),
    "/identity": page(PICTURE, more="Content-Encoding: identity\r\n"),
    "/transfer-gzip": (OK + "Transfer-Encoding: gzip, chunked\r\n\r\n").encode() +
    b"5\r\nabcde\r\n0\r\n\r\n",
    "/length-short": (OK + "Content-Length: 10\r\n\r\n").encode() + PICTURE,
    "/length-long": (OK + "Content-Length: 99999\r\n\r\n").encode() + PICTURE,
    "/length-huge": (OK + "Content-Length: 99999999999\r\n\r\n").encode(),
    "/length-overflow": (OK + "Content-Length: 99999999999999999999999\r\n\r\n").encode() + PICTURE,
    "/length-negative": (OK + "Content-Length: -1\r\n\r\n").encode() + PICTURE,
    "/chunk-cut": (OK + "Transfer-Encoding: chunked\r\n\r\n").encode() +
    b"ffff\r\nabc",
    "/chunk-bad": (OK + "Transfer-Encoding: chunked\r\n\r\nzz\r\n").encode(),
    "/nothing": b"",
    "/http09": b"hello, this is no header\n",
    "/http09-picture": PICTURE,
    "/http9": b"HTTP/9.9 200 OK\r\n\r\n",
    "/header-nul": b"HTTP/1.1 200 OK\r\nContent-Type: image/\0png\r\n\r\n",
    "/header-huge": b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 1000 + b"\r\n" +
    b"".join(b"X-%d: %s\r\n" % (i, b"a" * 1000) for i in range(60)) + b"\r\n",
    "/header-line": b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 300_000 + b"\r\n\r\n",
    "/header-cut": b"HTTP/1.1 200 OK\r\nContent-Type: ima",
    "/cookie": b"HTTP/1.1 302 Found\r\nSet-Cookie: a=b\r\nLocation: /heads\r\n\r\n",
    "/authenticate": b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
    "/no-location": b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
    "/empty-location": b"HTTP/1.1 302 Found\r\nLocation:\r\nContent-Length: 0\r\n\r\n",
    "/two-locations": b"HTTP/1.1 302 Found\r\nLocation: /ok.png\r\nLocation: http://10.0.0.1/\r\n\r\n",
    "/long-location": redirect("/" + "a" * 2001),
    "/refresh": page(PICTURE, more="Refresh: 0; url=http://10.0.0.1/ok.png\r\n"),
    "/alt-svc": page(PICTURE, more='Alt-Svc: h2="10.0.0.1:443"\r\n'),
    "/loop": redirect("/loop"),
    "/loop-a": redirect("/loop-b"), "/loop-b": redirect("/loop-a"),
}


def respond(conn, path):
    if path in FIXED:
        conn.sendall(FIXED[path])
    elif path.startswith("/to/"):      # /to/STATUS/HEX of the location
        _, _, status, to = path.split("/")
        conn.sendall(redirect(bytes.fromhex(to), status + " Moved"))
    elif path.startswith("/hops/"):    # so many redirects to a picture
        n = int(path.split("/")[2])
        conn.sendall(redirect(f"/hops/{n - 1}") if n > 1 else
                     redirect("/ok.png"))
    elif path.startswith("/status/"):
        conn.sendall(page(PICTURE, status=path.split("/")[2] + " Status"))
    elif path.startswith("/bytes/"):
        n = int(path.split("/")[2])
        conn.sendall((OK + f"Content-Length: {n}\r\n\r\n").encode())
        block = bytes(range(256)) * 256
        while n > 0:
            n -= conn.send(block[:n])
    elif path == "/heads":
        with lock:
            conn.sendall(page(requests[-1].encode("latin-1"), "image/x-text"))
    elif path == "/endless":
        drip(conn, (OK + "\r\n").encode(), b"\0" * 1_000_000, 0, 60)
    elif path == "/endless-chunks":
        drip(conn, (OK + "Transfer-Encoding: chunked\r\n\r\n").encode(),
             b"10000\r\n" + b"\0" * 65536 + b"\r\n", 0, 60)
    elif path == "/endless-header":
        drip(conn, b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 100, 0, 60)
    elif path == "/endless-continue":
        drip(conn, b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0, 60)
    elif path == "/slow-body":
        drip(conn, (OK + "Content-Length: 9999999\r\n\r\n").encode(),
             b"\0" * 1000, .1, 60)
    elif path == "/slow-header":
        drip(conn, b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", .1, 60)
    elif path == "/slow-line":
        drip(conn, b"HTTP/1.1 200 OK\r\nX-A: ", b"b", .1, 60)
    elif path == "/stall":
        drip(conn, (OK + "Content-Length: 999999\r\n\r\n").encode(),
             b"", .5, 60)
    elif path == "/silent":
        time.sleep(60)
    elif path.startswith("/late/"):    # a good picture after so many seconds
        time.sleep(float(path.split("/")[2]))
        conn.sendall(FIXED["/ok.png"])
    else:
        conn.sendall(FIXED["/ok.png"])


def talk(conn, tls):
    try:
        conn.settimeout(70)
        if tls:
            conn = tls.wrap_socket(conn, server_side=True)
        head = b""
        while b"\r\n\r\n" not in head and len(head) < 20000:
            more = conn.recv(8192)
            if not more:
                return
            head += more
        with lock:
            requests.append(head.decode("latin-1"))
        respond(conn, head.split(b" ")[1].decode("latin-1").split("?")[0])
        if tls:
            conn.unwrap()
    except (OSError, ValueError, IndexError):
        pass
    finally:
        conn.close()


def serve_port(port, tls):
    sock = socket.socket(socket.AF_INET6)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("::", port))
    sock.listen(500)

    def loop():
        while True:
            conn, _ = sock.accept()
            where = conn.getsockname()[0].removeprefix("::ffff:")
            with lock:
                accepts.append((where, port))
            threading.Thread(target=talk, args=(conn, tls),
                             daemon=True).start()
    threading.Thread(target=loop, daemon=True).start()


# ---- the world ----

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x10000000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
libc = ctypes.CDLL(None, use_errno=True)


def leave():
    """Into name spaces of our own, as root there."""
    uid, gid = os.getuid(), os.getgid()
    flags = CLONE_NEWNS | CLONE_NEWNET | (CLONE_NEWUSER if uid else 0)
    if libc.unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    if uid:
        for name, text in (("setgroups", "deny"), ("gid_map", f"0 {gid} 1"),
                           ("uid_map", f"0 {uid} 1")):
            with open(f"/proc/self/{name}", "w") as f:
                f.write(text)
    mount(None, "/", MS_REC | MS_PRIVATE)
    for command in ("link set lo up", "route add local 0.0.0.0/0 dev lo",
                    "-6 route add local ::/0 dev lo"):
        subprocess.run(["ip", *command.split()], check=True)


def mount(source, target, flags):
    if libc.mount(source and source.encode(), target.encode(), None, flags,
                  None) != 0:
        raise OSError(ctypes.get_errno(), f"mount {target}")


def put_over(folder, target, text):
    path = os.path.join(folder, target.replace("/", "_"))
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, 0o644)
    mount(path, os.path.realpath(target), MS_BIND)


def certificate(folder):
    cert, key = folder + "/cert.pem", folder + "/key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
         "/CN=secure.test", "-addext", "subjectAltName=DNS:secure.test",
         "-keyout", key, "-out", cert], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    with open(cert) as f:
        return tls, f.read()


def furnish(folder):
    tls, authority = certificate(folder)
    put_over(folder, "/etc/resolv.conf",
             "nameserver 127.0.0.53\noptions timeout:20 attempts:1\n")
    put_over(folder, "/etc/hosts",
             "127.0.0.1 localhost\n::1 ip6-localhost\n10.1.2.3 intern\n")
    put_over(folder, "/etc/nsswitch.conf", "hosts: files dns\n")
    put_over(folder, "/etc/ssl/certs/ca-certificates.crt", authority)
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind(("127.0.0.53", 53))
    threading.Thread(target=serve_names, args=(names,), daemon=True).start()
    for port in PLAIN_PORTS:
        serve_port(port, None)
    serve_port(443, tls)


def start(tool, folder, trace):
    command = [tool, "serve"]
    if trace:
        command = ["strace", "-f", "-qq", "-yy", "-e",
                   "trace=connect,sendto,sendmsg,sendmmsg", "-e",
                   "signal=none", "-o", folder + "/trace"] + command
    child = subprocess.Popen(command, start_new_session=True)
    path = os.environ["PINWALL_RUN_DIR"] + "/fetch.sock"
    for _ in range(200):
        if child.poll() is not None:
            raise RuntimeError("the fetch process did not start")
        probe = socket.socket(socket.AF_UNIX)
        try:
            probe.connect(path)
            return child
        except OSError:
            time.sleep(.05)
        finally:
            probe.close()
    raise RuntimeError("the fetch process does not listen")


def tell(what):
    print(json.dumps(what), flush=True)


def main():
    tool, folder = sys.argv[1:3]
    try:
        leave()
        furnish(folder)
    except (OSError, subprocess.CalledProcessError) as e:
        tell({"cannot": str(e)})
        return
    child = start(tool, folder, "strace" in sys.argv[3:])
    tell({"ready": child.pid})
    for line in sys.stdin:
        wanted = json.loads(line)
        with lock:
            if "accepts" in wanted:
                tell(accepts)
                accepts.clear()
            elif "requests" in wanted:
                tell(requests)
                requests.clear()
            elif "names" in wanted:
                tell(asked)
                asked.clear()
    if child.poll() is None:
        if "strace" in sys.argv[3:]:
            os.killpg(child.pid, signal.SIGTERM)
        else:
            child.terminate()
    child.wait(60)


if __name__ == "__main__":
    main()
