"""What the API tests ask and are answered, recorded, and shown to `prism proxy`.

As a plugin of pytest (-p exchanges) this writes every exchange of a caller in
the tests to a file.  show() then sends each request to Prism, behind which a
server gives the answer that the site gave: what Prism sees is what passed, byte
by byte, and the tests are not disturbed by a proxy, which would answer their bad
requests itself (--errors) and spoil the bytes of pictures.  Prism says what is
wrong with either in a header, sl-violations, for every exchange.  Prism
dies of some: of forms with files only the answer is judged, and addresses that are
no UTF-8 are left out.
"""

import base64
import http.client
import json
import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from stack import TOP, free_port, wait_for

# Tests of the API: all but those that count calls or race each other, or those
# named in API_TESTS.
API = TOP / "tests/api"
LEFT_OUT = {f"test_{name}.py" for name in ("load", "leaving_race", "syscalls", "cache_cost")}
NUMBER = "X-Exchange"
# Of the connection, not of the message.
HOPS = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server",
        "content-encoding", "host", "accept-encoding"}
METHODS = ("get", "post", "put", "patch", "delete")


def suite():
    """The files of tests to run."""
    names = os.environ.get("API_TESTS", "").split()
    return [API / name for name in names] or sorted(
        path for path in API.glob("test_*.py") if path.name not in LEFT_OUT)


def pytest_configure(config):
    """Every caller of the tests is recorded from now on."""
    import client

    asked, out = client.Client.request, open(os.environ["PINWALL_EXCHANGES"], "a")
    lock = threading.Lock()

    def request(self, method, path, **options):
        answer = asked(self, method, path, **options)
        line = None if options.get("stream") else as_line(answer)
        if line:
            with lock:
                out.write(line + "\n")
        return answer

    client.Client.request = request
    config.add_cleanup(out.close)


def as_line(answer):
    """One exchange, or None of what is not the API's."""
    sent = answer.request
    place = urlsplit(sent.url)
    if not place.path.startswith("/api/") or not isinstance(sent.body, (str, bytes, type(None))):
        return None
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
    return json.dumps({
        "method": sent.method, "path": place.path.removeprefix("/api"), "query": place.query,
        "headers": dict(sent.headers), "body": base64.b64encode(body).decode(),
        "status": answer.status_code, "answer_headers": dict(answer.headers),
        "answer": base64.b64encode(answer.content).decode()})


def show(prism, document, recorded, folder):
    """Shows Prism every exchange; one JSON line each, as reports.of_prism reads."""
    rows = [json.loads(line) for line in recorded.read_text().splitlines()]
    server = Answers(rows)
    port = free_port()
    address = f"http://127.0.0.1:{server.server_port}"
    with (folder / "prism.txt").open("w") as log:
        process = subprocess.Popen(
            [prism, "proxy", document, address, "-h", "127.0.0.1", "-p", str(port),
             "--verboseLevel", "warn"], stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, cwd=TOP)
    try:
        wait_for(lambda: process.poll() is not None or is_open(port), 120)
        routes = Routes(json.loads(document.read_text()))
        lines = [json.dumps(line) for line in ask_all(rows, routes, port)]
    finally:
        process.terminate()
        process.wait(30)
        server.shutdown()
        server.server_close()
    (folder / "report.jsonl").write_text("\n".join(lines))
    return "\n".join(lines)


def is_open(port):
    try:
        http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
        return True
    except OSError:
        return False


class Answers(ThreadingHTTPServer):
    """Gives the answer that the site gave."""

    daemon_threads = True

    def __init__(self, rows):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body go together, or each answer waits for an acknowledgement.
            wbufsize, disable_nagle_algorithm = -1, True

            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                row = rows[int(self.headers[NUMBER])]
                body = base64.b64decode(row["answer"])
                self.send_response(row["status"])
                for name, value in row["answer_headers"].items():
                    if name.lower() not in HOPS:
                        self.send_header(name, value)
                if row["status"] not in (204, 304):
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def ask_all(rows, routes, port):
    """Asks Prism what the site was asked, of routes that the document has: others
    are asked by tests of what is not there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for i, row in enumerate(rows):
        route = routes.of(row["method"], row["path"])
        if not route or not is_utf8(row["path"]) or not is_utf8(row["query"]):
            continue
        headers = {name: value for name, value in row["headers"].items()
                   if name.lower() not in HOPS}
        body, judged = base64.b64decode(row["body"]), ("request", "response")
        if row["headers"].get("Content-Type", "").lower().startswith("multipart/"):
            body, judged = b"", ("response",)
            headers.pop("Content-Type")
        target = row["path"] + ("?" + row["query"] if row["query"] else "")
        try:
            connection.request(row["method"], target, body or None, {**headers, NUMBER: str(i)})
            answer = connection.getresponse()
            violations = [told for told in json.loads(answer.headers["sl-violations"] or "[]")
                          if told["location"][0] in judged]
            text = answer.read()
            if answer.status != row["status"]:
                violations.append({"location": ["response", "status"], "code": "prism",
                                   "message": f"{answer.status} {text[:300].decode('latin-1')}"})
        except ConnectionRefusedError:
            yield {"method": row["method"], "route": route, "status": row["status"],
                   "violations": [{"location": ["response"], "code": "prism",
                                   "message": f"died before exchange {i}"}]}
            return
        except (http.client.HTTPException, OSError) as e:
            connection.close()
            violations = [{"location": ["response"], "code": "prism",
                           "message": f"{type(e).__name__}"}]
        yield {"method": row["method"], "route": route, "status": row["status"],
               "violations": violations}


def is_utf8(text):
    """Whether every % of an address is one, and of UTF-8."""
    try:
        unquote(text, errors="strict")
    except UnicodeDecodeError:
        return False
    return not re.search(r"%(?![0-9A-Fa-f]{2})", text)


class Routes:
    """Which route of the document a path is of; literal ones first."""

    def __init__(self, document):
        self.all = []
        for path in sorted(document["paths"], key=lambda path: (path.count("{"), path)):
            pattern = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) + "$")
            self.all.append((pattern, path, {m.upper() for m in document["paths"][path]}))

    def of(self, method, path):
        for pattern, route, methods in self.all:
            if method in methods and pattern.match(path):
                return route
        return None


# Requests for those tools that attack routes one by one.

def fill(path, mark=""):
    """The address of something that the demo has."""
    def value(match):
        return {"username": "alice", "name": "sea", "token": "x"}.get(match[1], "1") + mark
    return "/api" + re.sub(r"\{(\w+)\}", value, path)


def operations(text):
    """(method, path with its query, body) of every route: all that it takes, text
    as a word, numbers as 1.  Files are not asked for."""
    document = json.loads(text)
    for path, methods in sorted(document["paths"].items()):
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                query = "&".join(f"{p['name']}={word(plain(p['schema'], document))}"
                                 for p in operation.get("parameters", [])
                                 if p.get("in") == "query")
                yield (method.upper(), path + ("?" + query if query else ""),
                       sample(operation, document))


def sample(operation, document):
    kinds = operation.get("requestBody", {}).get("content", {})
    schema = resolve(kinds.get("application/json", {}).get("schema", {}), document)
    return {name: plain(resolve(field, document), document)
            for name, field in schema.get("properties", {}).items()}


def resolve(schema, document):
    """What a reference stands for."""
    if "$ref" not in schema:
        return schema
    place = document
    for name in schema["$ref"].removeprefix("#/").split("/"):
        place = place[name]
    return place


def plain(schema, document):
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if schema.get("enum"):
        return schema["enum"][0]
    if kind == "array":
        return [plain(resolve(schema.get("items", {}), document), document)]
    return {"integer": 1, "number": 1, "boolean": True}.get(kind, "word")


def word(value):
    """As it stands in an address."""
    return value if isinstance(value, str) else json.dumps(value)
