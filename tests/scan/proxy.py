"""`prism proxy --errors` between the API tests and the site, while they run.

    a test -> Prism -> Door -> the site that the test asked

As a plugin of pytest (-p proxy) this sends every request of a test to a route of
the document through Prism, which refuses what the document does not allow, and
answers that it does not promise.  Prism writes JSON anew and spoils pictures, so
behind it Door sends the very bytes of the test on, and the test is given the very
bytes of the answer.  What Prism refuses is sent all the same: the site must refuse
it, too, which is judged (reports.of_prism) by a line of JSON for every exchange.

Past Prism goes what it dies of: addresses and forms that are no UTF-8, types of content
that are none, quaint names of fields; and paths of which Nginx makes others.  Of the
files of forms it sees a word each.
"""

import email
import http.client
import itertools
import json
import os
import posixpath
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import requests
from document import Routes, is_utf8
from requests.adapters import HTTPAdapter
from stack import TOP, free_port, listens, wait_for

NUMBER = "X-Exchange"
# Of the connection, not of the message.
HOPS = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server",
        "content-encoding", "host", "accept-encoding"}
# Types of content, and names of fields, that its readers survive.
TYPE = re.compile(r"[\w.+*-]+/[\w.+*-]+ *(;.*)?", re.ASCII)
NAME = re.compile(r"[\w.\[\]-]+", re.ASCII)


def pytest_configure(config):
    """From now on requests go through the gate."""
    folder = Path(os.environ["PINWALL_PRISM_FOLDER"])
    gate = Gate(os.environ["PINWALL_PRISM"], Path(os.environ["PINWALL_DOCUMENT"]), folder)
    config.add_cleanup(gate.close)
    whole = HTTPAdapter.send

    def send(adapter, request, stream=False, **options):
        def deliver():
            return whole(adapter, request, stream=stream, **options)

        return deliver() if stream else gate.send(request, deliver)

    HTTPAdapter.send = send


class Exchange:
    """A request on its way: sent to the site once, by Door, or by the test if Prism
    does not let it pass."""

    def __init__(self, deliver):
        self.deliver, self.lock = deliver, threading.Lock()
        self.passed, self.answer, self.body, self.error = False, None, None, None

    def run(self):
        with self.lock:
            if self.body is None and self.error is None:
                try:
                    self.answer = self.deliver()
                    self.body = self.answer.content
                except Exception as e:  # the test's, whatever it is
                    self.error = e

    def status(self):
        return self.answer.status_code if self.body is not None else None


class Door(ThreadingHTTPServer):
    """Lets what came through Prism out to the site."""

    daemon_threads, request_queue_size = True, 256

    def __init__(self, exchanges):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body go together, or each answer waits for an acknowledgement.
            wbufsize, disable_nagle_algorithm = -1, True

            def answer(self):
                self.skip_body()
                exchange = exchanges[int(self.headers[NUMBER])]
                exchange.passed = True
                exchange.run()
                if exchange.error:
                    self.close_connection = True
                    return
                self.send_response(exchange.status())
                for name, value in exchange.answer.headers.items():
                    if name.lower() not in HOPS:
                        self.send_header(name, value)
                if exchange.status() not in (204, 304):
                    self.send_header("Content-Length", str(len(exchange.body)))
                self.end_headers()
                self.wfile.write(exchange.body)

            def skip_body(self):
                """Prism may write less than it says: what it made of a broken form."""
                self.connection.settimeout(1)
                try:
                    self.rfile.read(int(self.headers.get("Content-Length") or 0))
                except TimeoutError:
                    self.close_connection = True
                self.connection.settimeout(None)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Gate:
    def __init__(self, prism, document, folder):
        whole = json.loads(document.read_text())
        self.routes, self.prefix = Routes(whole), whole["servers"][0]["url"]
        self.exchanges, self.numbers, self.lock = {}, itertools.count(), threading.Lock()
        self.door, self.port = Door(self.exchanges), free_port()
        self.report, self.log = (folder / "report.jsonl").open("w"), folder / "prism.txt"
        self.command = [prism, "proxy", document, f"http://127.0.0.1:{self.door.server_port}",
                        "--errors", "-h", "127.0.0.1", "-p", str(self.port),
                        "--verboseLevel", "fatal"]
        self.log.write_text("")
        self.process = None
        self.start()

    def start(self):
        """Again, if something that was shown to it was the end of it: that is told
        where it was shown."""
        with self.lock:
            if self.process and self.process.poll() is None:
                return
            with self.log.open("a") as log:
                self.process = subprocess.Popen(
                    self.command, stdin=subprocess.DEVNULL, stdout=log,
                    stderr=subprocess.STDOUT, cwd=TOP)
            wait_for(lambda: self.process.poll() is not None or listens(self.port), 240)

    def close(self):
        self.process.terminate()
        self.process.wait(30)
        self.door.shutdown()
        self.door.server_close()
        self.report.close()

    def send(self, request, deliver):
        """The answer of the site, or its exception, by way of Prism."""
        path, mark, query = request.path_url.partition("?")
        # A slash at the end changes nothing for the site.
        path = path.removeprefix(self.prefix).rstrip("/")
        route = self.routes.of(request.method, path)
        if not route or not request.path_url.startswith(self.prefix + "/") or not is_plain(path):
            return deliver()
        exchange, shown, told = Exchange(deliver), as_shown(request), None
        if shown:
            told = self.ask(exchange, request.method, path + mark + query, *shown)
        exchange.run()
        if exchange.error:
            raise exchange.error
        self.write({"method": request.method, "route": route, "status": exchange.status(),
                    "violations": told})
        return exchange.answer

    def write(self, line):
        with self.lock:
            self.report.write(json.dumps(line) + "\n")

    def ask(self, exchange, method, target, body, headers):
        """What Prism says of request and answer."""
        self.start()
        number = next(self.numbers)
        self.exchanges[number] = exchange
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body, {**headers, NUMBER: str(number)})
            answer = connection.getresponse()
            told = violations(answer, answer.read(), exchange.passed)
            if exchange.passed and not told and answer.status != exchange.status():
                told = [violation("response", f"{answer.status} of Prism")]
            return told
        except (http.client.HTTPException, OSError) as e:
            return [violation("response", type(e).__name__)]
        finally:
            connection.close()
            del self.exchanges[number]


def violation(place, message):
    return {"location": [place], "code": "prism", "message": message}


def violations(answer, text, passed):
    """What Prism says: in a header, or as a problem."""
    told = answer.headers["sl-violations"] or ""
    try:
        return json.loads(told)
    except json.JSONDecodeError:
        if told:  # too many, and cut off
            return [violation("response", told[:300])]
    if answer.headers.get_content_type() != "application/problem+json":
        return []
    problem = json.loads(text)
    place = "response" if passed else "request"
    return [{**one, "location": [place, *one.get("location", ())]}
            for one in problem.get("validation", ())] or [violation(place, problem["title"])]


def is_plain(path):
    """Whether Nginx makes no other path of it, by a slash or dots that are escaped."""
    plain = unquote(path)
    return posixpath.normpath(plain) == plain and plain.count("/") == path.count("/")


def as_shown(request):
    """Body and headers as Prism is to see them; None: it could not."""
    body = request.body.encode() if isinstance(request.body, str) else request.body
    headers = {name: value for name, value in request.headers.items()
               if name.lower() not in HOPS}
    kind = headers.get("Content-Type", "")
    kind = kind.decode("latin-1") if isinstance(kind, bytes) else kind
    if not is_utf8(request.path_url) or not isinstance(body, (bytes, type(None))):
        return None
    if kind and not TYPE.fullmatch(kind):
        return None
    if "urlencoded" in kind.lower() and not is_utf8((body or b"").decode("latin-1")):
        return None
    if not kind.lower().startswith("multipart/"):
        return body, headers
    form = as_form(kind, body or b"")
    return form and (form[0], {**headers, "Content-Type": form[1]})


def as_form(kind, body):
    """A form, with words for its files, and its type; None: it is none, or has names
    that are the end of Prism."""
    whole = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    fields = []
    for part in whole.get_payload() if whole.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        try:
            text = part.get_payload(decode=True).decode()
        except (UnicodeDecodeError, AttributeError):
            text = None
        if part.get_filename() is not None and NAME.fullmatch(str(name)):
            fields.append((name, ("file", "file", "application/octet-stream")))
        elif isinstance(name, str) and NAME.fullmatch(name) and text is not None:
            fields.append((name, (None, text)))
        else:
            return None
    if not fields:
        return None
    made = requests.Request("POST", "http://x", files=fields).prepare()
    return made.body, made.headers["Content-Type"]
