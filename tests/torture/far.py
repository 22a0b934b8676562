"""A web server on loopback with a picture under every path, always the same one
and like no other; half of it comes after a while, so that who fetches it can be
killed over it."""

import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ledger import picture

PAUSE_S = 0.1


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked += 1
        body = picture(random.Random(self.path))
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        half = len(body) // 2
        self.wfile.write(body[:half])
        time.sleep(PAUSE_S)
        self.wfile.write(body[half:])

    def log_message(self, *_):
        pass


class Far(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = 0

    @property
    def address(self):
        return f"127.0.0.1:{self.server_port}"

    def handle_error(self, *_):
        """The program was killed, or hangs up."""

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
