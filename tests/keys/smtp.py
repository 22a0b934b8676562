"""A small SMTP server on loopback that does what a test tells it.

    with Server(replies={"RCPT": "550 no such user"}) as server:
        ...
    server.mails     what was taken over: (sender, receivers, bytes)
    server.commands  every line that a client sent, without the mails
"""

import base64
import socket
import ssl
import threading


class Server:
    def __init__(self, replies=None, certificate=None, tls_first=False,
                 starttls=False, login=None, stall=None, drop=None):
        self.replies = replies or {}  # by command, instead of the usual one
        self.tls_first = tls_first
        self.starttls = starttls
        self.login = login            # (name, password) that AUTH wants
        self.stall = stall            # at this command, say nothing more
        self.drop = drop              # at this command, close
        self.mails, self.commands, self.encrypted = [], [], []
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.closed = threading.Event()
        self.thread = threading.Thread(target=self.accept, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closed.set()
        self.socket.close()

    def accept(self):
        while not self.closed.is_set():
            try:
                client = self.socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,),
                             daemon=True).start()

    def serve(self, client):
        try:
            client.settimeout(60)
            if self.tls_first:
                client = self.context.wrap_socket(client, server_side=True)
            Session(self, client).run()
        except (OSError, EOFError):
            pass
        finally:
            client.close()


class Session:
    def __init__(self, server, client):
        self.server = server
        self.take_over(client)
        self.sender, self.receivers = None, []

    def take_over(self, client):
        self.client = client
        self.file = client.makefile("rb")

    def say(self, text):
        self.client.sendall(text.encode() + b"\r\n")

    def line(self):
        line = self.file.readline(70000)
        if not line.endswith(b"\n"):
            raise EOFError
        return line

    def run(self):
        self.reply("CONNECT", "220 test ready")
        while True:
            text = self.line().decode("latin-1").rstrip("\r\n")
            self.server.commands.append(text)
            self.server.encrypted.append(
                isinstance(self.client, ssl.SSLSocket))
            word = text.split(" ")[0].upper()
            action = getattr(self, "do_" + word.lower(), None)
            if action is None:
                self.say("502 what?")
            else:
                action(text)

    def reply(self, command, usual):
        """False: the command was refused."""
        if self.server.stall == command:
            self.server.closed.wait(60)
        if self.server.drop == command:
            raise EOFError
        text = self.server.replies.get(command, usual)
        self.say(text)
        return text[0] in "23"

    def do_ehlo(self, _):
        lines = ["test", "8BITMIME"]
        if self.server.starttls and not isinstance(self.client,
                                                   ssl.SSLSocket):
            lines.append("STARTTLS")
        if self.server.login:
            lines.append("AUTH PLAIN LOGIN")
        lines.append("SIZE 10000000")
        if "EHLO" in self.server.replies:
            self.reply("EHLO", "")
            return
        self.say("\r\n".join(f"250{'-' if i < len(lines) - 1 else ' '}{x}"
                             for i, x in enumerate(lines)))

    def do_starttls(self, _):
        if self.reply("STARTTLS", "220 go on"):
            self.take_over(self.server.context.wrap_socket(
                self.client, server_side=True))

    def do_auth(self, text):
        words = text.split(" ")
        if words[1].upper() == "LOGIN":
            given = []
            for ask in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"):
                self.say("334 " + ask)
                given.append(base64.b64decode(self.line()).decode())
        else:
            if len(words) < 3:
                self.say("334 ")
                words.append(self.line().decode().strip())
            given = base64.b64decode(words[2]).decode().split("\0")[1:]
        good = tuple(given) == self.server.login
        self.reply("AUTH", "235 welcome" if good else "535 wrong")

    def do_mail(self, text):
        self.sender = text[len("MAIL FROM:"):].split(">")[0] + ">"
        self.reply("MAIL", "250 ok")

    def do_rcpt(self, text):
        self.receivers.append(text[len("RCPT TO:"):])
        self.reply("RCPT", "250 ok")

    def do_data(self, _):
        if not self.reply("DATA", "354 go on"):
            return
        raw = b""
        while (line := self.line()) != b".\r\n":
            raw += line[1:] if line.startswith(b".") else line
        taken = self.server.replies.get("END", "250")[0] == "2" and \
            self.server.drop != "END" and self.server.stall != "END"
        if taken:
            self.server.mails.append((self.sender, self.receivers, raw))
        self.reply("END", "250 taken")

    def do_rset(self, _):
        self.reply("RSET", "250 ok")

    def do_noop(self, _):
        self.reply("NOOP", "250 ok")

    def do_quit(self, _):
        self.reply("QUIT", "221 bye")
        raise EOFError


def free_port():
    """A port where nobody listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
