"""Mail as it leaves: through SMTP to a scripted server, and into a folder."""

import email
import email.policy
import os
import re
import subprocess
import threading
import time

import pytest

from smtp import Server, free_port

# The statuses of the outcomes: err.def.
OK, INPUT, TOO_LARGE, UPSTREAM, STORAGE = 200, 400, 413, 502, 507

TOOL = os.environ["MAIL_TOOL"]
LINK = "http://127.0.0.1:8080/verify?token=" + "Ab-_" * 11
KOREAN = f"안녕하세요,\n\n아래 주소를 열어 주세요.\n{LINK}\n\n감사합니다 😀\n"


def send(to="kim@example.org", subject="Hello", text="One line.\n",
         wrap=(), **settings):
    """The tool's outcome, seconds and log."""
    env = {**os.environ, **{"PINWALL_" + k.upper(): str(v)
                            for k, v in settings.items()}}
    if isinstance(text, str):
        text = text.encode()
    done = subprocess.run([*wrap, TOOL, to, subject], input=text, env=env,
                          capture_output=True, timeout=60)
    log = done.stderr.decode()
    assert done.returncode in (0, 1), log
    code, seconds = done.stdout.decode().split()
    return int(code), float(seconds), log


def url(server, scheme="smtp", host="127.0.0.1"):
    return f"{scheme}://{host}:{server.port}"


def read(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def text_of(message):
    return message.get_content().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A key and a certificate for localhost, in one file."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert, both = (folder / name for name in ("key", "cert", "both"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", key, "-out", cert], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + cert.read_bytes())
    return both


@pytest.fixture(scope="module")
def trusting(certificate):
    """A command in whose file system the certificate is trusted."""
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    return ["unshare", "-rm", "sh", "-c",
            f'mount --bind "$0" {bundle} && exec "$@"', str(certificate)]


@pytest.fixture
def password(tmp_path):
    path = tmp_path / "password"
    path.write_text("s3cret word\n")
    return path


def test_plain():
    with Server() as server:
        code, _, log = send(text="One.\n.\n..two\nthree", smtp_url=url(server),
                            mail_from="Pinwall <noreply@pins.example>")
    assert code == OK, log
    (sender, receivers, raw), = server.mails
    assert sender == "<noreply@pins.example>"
    assert receivers == ["<kim@example.org>"]
    message = read(raw)
    assert message["Subject"] == "Hello"
    assert message["To"] == "kim@example.org"
    assert message["From"].addresses[0].display_name == "Pinwall"
    assert re.fullmatch(r"<\d+-[\w-]{16}@pins\.example>",
                        message["Message-ID"])
    assert abs(message["Date"].datetime.timestamp() - time.time()) < 10
    assert text_of(message) == "One.\n.\n..two\nthree\n"
    assert not message.defects
    assert server.commands[-1] == "QUIT"
    assert "kim@" not in log


@pytest.mark.parametrize("subject", [
    "이메일 주소를 확인해 주세요", "a" * 200, "=?UTF-8?B?WA==?= not decoded",
    "é" * 100, "가" * 66, "word " * 30, "😀" * 50, "a: b; c, <d> \"e\" (f)"])
def test_subjects(subject, tmp_path):
    assert send(subject=subject, mail_dir=tmp_path)[0] == OK
    message = read(next(tmp_path.glob("*.eml")).read_bytes())
    assert message["Subject"] == subject.strip() or \
        message["Subject"] == subject
    assert not message.defects


@pytest.mark.parametrize("text", [
    KOREAN, "", "\n", "plain\n", "x" * 5000 + "\n", "= =3D == =\n",
    "trailing space \nand tab\t\n \n\t\n", "가" * 1000 + "\n",
    "From here\n.\n..\n", "\r\nmixed\nends\r\n", "x" * 75 + "=\n",
    "x" * 74 + "가\n" + "y" * 76 + "\n" + "z" * 77 + "\n",
    "control \x01\x1b[0m\x7f\n", "no end"])
def test_texts(text, tmp_path):
    """What a reader sees is what was sent, both ways."""
    with Server() as server:
        assert send(text=text, smtp_url=url(server))[0] == OK
    assert send(text=text, mail_dir=tmp_path)[0] == OK
    want = text.replace("\r\n", "\n")
    if want and not want.endswith("\n"):
        want += "\n"
    for raw in (server.mails[0][2],
                next(tmp_path.glob("*.eml")).read_bytes()):
        message = read(raw)
        assert text_of(message) == want
        assert not message.defects
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert b"\n" not in raw.replace(b"\r\n", b"")


def test_link_is_readable_in_the_raw_mail(tmp_path):
    assert send(text=f"Open this:\n{LINK}\n", mail_dir=tmp_path)[0] == OK
    assert LINK.encode() in next(tmp_path.glob("*.eml")).read_bytes()


HOSTILE = [
    "kim@example.org\r\nBcc: eve@example.org", "kim@example.org\nX: y",
    "kim@example.org> <eve@example.org", "kim@example.org,eve@example.org",
    "<kim@example.org>", "kim@example.org\r\nDATA", "kim@exa mple.org",
    "\"kim\r\n\"@example.org", "kim@example.org SIZE=1", "@", "",
    "kim@example.org\r", "kim@[127.0.0.1]", "김@example.org", "--help@",
    "kim@example.org\u2028Bcc:eve@example.org", "a" * 65 + "@example.org"]


@pytest.mark.parametrize("to", HOSTILE)
def test_hostile_addresses(to, tmp_path):
    with Server() as server:
        assert send(to=to, smtp_url=url(server))[0] == INPUT
    assert not server.commands and not server.mails
    assert send(to=to, mail_dir=tmp_path / "mail")[0] == INPUT
    assert not (tmp_path / "mail").exists()


@pytest.mark.parametrize("subject", [
    "a\r\nBcc: eve@example.org", "a\nb", "a\rb", "a\tb", "a\x0bb", "a\x1bb",
    "a\x7fb", "a\u0085b", "a" * 201, "\udcff"])
def test_hostile_subjects(subject, tmp_path):
    assert send(subject=subject, mail_dir=tmp_path / "mail")[0] == INPUT
    assert not (tmp_path / "mail").exists()


@pytest.mark.parametrize("sender", [
    "Pinwall", "Pinwall <>", "A <a@b>\r\nBcc: x@y", "a@b, c@d", "<a@b"])
def test_bad_senders_stop_the_start(sender):
    env = {**os.environ, "PINWALL_MAIL_FROM": sender}
    done = subprocess.run([TOOL, "a@b", "s"], env=env, input=b"",
                          capture_output=True)
    assert done.returncode == 2
    assert b"mail_from" in done.stderr


@pytest.mark.parametrize("command, reply", [
    ("CONNECT", "554 no service"), ("EHLO", "421 busy"),
    ("MAIL", "550 no"), ("MAIL", "451 later"), ("RCPT", "550 no such user"),
    ("RCPT", "450 later"), ("DATA", "554 no"), ("END", "552 too big"),
    ("END", "451 later")])
def test_refused(command, reply):
    with Server(replies={command: reply, "HELO": "421 busy"}) as server:
        code, _, log = send(smtp_url=url(server))
    assert code == UPSTREAM
    assert not server.mails
    assert log.count("mail.send") == 1
    assert "kim@" not in log


@pytest.mark.parametrize("command", ["CONNECT", "MAIL", "RCPT", "DATA", "END"])
def test_dropped(command):
    with Server(drop=command) as server:
        assert send(smtp_url=url(server))[0] == UPSTREAM
    assert not server.mails


def test_nobody_there():
    code, seconds, _ = send(smtp_url=f"smtp://127.0.0.1:{free_port()}")
    assert code == UPSTREAM
    assert seconds < 5


def test_silent_servers():
    """However little a server says, a mail ends within its time."""
    results = []

    def one(command):
        with Server(stall=command) as server:
            results.append(send(smtp_url=url(server)))

    threads = [threading.Thread(target=one, args=(c,))
               for c in ("CONNECT", "RCPT", "END")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert [code for code, _, _ in results] == [UPSTREAM] * 3
    assert max(seconds for _, seconds, _ in results) < 33


def test_login(password):
    account = {"smtp_user": "kim", "smtp_password_file": password}
    with Server(login=("kim", "s3cret word")) as server:
        code, _, log = send(smtp_url=url(server), **account)
        assert code == OK, log
        assert len(server.mails) == 1
        assert "s3cret" not in log
    with Server(login=("kim", "another")) as server:
        code, _, log = send(smtp_url=url(server), **account)
        assert code == UPSTREAM
        assert not server.mails
        assert "s3cret" not in log


def test_no_password_in_the_clear_over_a_network(password):
    """Not to this machine by another name than the loopback's either."""
    with Server(login=("kim", "s3cret word")) as server:
        code, _, _ = send(smtp_url=url(server, host="127.0.0.2"),
                          smtp_user="kim", smtp_password_file=password)
    assert code == UPSTREAM
    assert not server.mails
    assert not [c for c in server.commands if c.startswith("AUTH")]


def test_starttls(certificate, trusting):
    with Server(certificate=certificate, starttls=True) as server:
        code, _, log = send(smtp_url=url(server, host="localhost"),
                            wrap=trusting)
    assert code == OK, log
    assert len(server.mails) == 1
    sent = dict(zip((c.split(":")[0] for c in server.commands),
                    server.encrypted))
    assert sent["MAIL FROM"] and sent["RCPT TO"] and sent["DATA"]


def test_smtps(certificate, trusting, password):
    with Server(certificate=certificate, tls_first=True,
                login=("kim", "s3cret word")) as server:
        code, _, log = send(smtp_url=url(server, "smtps", "localhost"),
                            smtp_user="kim", smtp_password_file=password,
                            wrap=trusting)
    assert code == OK, log
    assert len(server.mails) == 1
    assert all(server.encrypted)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_untrusted_certificates(host, certificate, trusting):
    """An unknown issuer; a name that is not in the certificate."""
    wrap = trusting if host == "127.0.0.1" else ()
    for options in ({"tls_first": True}, {"starttls": True}):
        with Server(certificate=certificate, **options) as server:
            scheme = "smtps" if "tls_first" in options else "smtp"
            code, _, _ = send(smtp_url=url(server, scheme, host), wrap=wrap)
        assert code == UPSTREAM
        assert not server.mails
        assert not [c for c in server.commands if c.startswith("MAIL")]


def test_smtps_to_a_plain_server():
    with Server() as server:
        code, _, _ = send(smtp_url=url(server, "smtps"))
    assert code == UPSTREAM
    assert not server.mails


def test_folder(tmp_path):
    folder = tmp_path / "mail"
    for i in range(3):
        code, _, log = send(subject=f"Nr {i}", text=KOREAN, mail_dir=folder)
        assert code == OK
        assert "mail.written" in log and "kim@" not in log
    names = sorted(os.listdir(folder))
    assert len(names) == 3
    assert all(re.fullmatch(r"\d{16}-[\w-]{16}\.eml", n) for n in names)
    assert os.stat(folder).st_mode & 0o777 == 0o700
    mails = [read((folder / n).read_bytes()) for n in names]
    assert [m["Subject"] for m in mails] == ["Nr 0", "Nr 1", "Nr 2"]
    assert all(text_of(m) == KOREAN for m in mails)


def test_folder_is_no_folder(tmp_path):
    (tmp_path / "mail").write_text("")
    assert send(mail_dir=tmp_path / "mail")[0] == STORAGE


def test_never_half_a_file(tmp_path):
    """Whoever watches the folder sees whole mails only."""
    text = "x" * 70 + "\n"
    stop, bad = threading.Event(), []

    def watch():
        while not stop.is_set():
            for path in tmp_path.glob("*.eml"):
                if not path.read_bytes().endswith(b"end\r\n"):
                    bad.append(path)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for _ in range(10):
            assert send(text=text * 10000 + "end\n",
                        mail_dir=tmp_path)[0] == OK
    finally:
        stop.set()
        watcher.join()
    assert not bad
    assert len(os.listdir(tmp_path)) == 10


def test_too_long(tmp_path):
    code, _, _ = send(text="x" * 70 + "\n", mail_dir=tmp_path)
    assert code == OK
    code, _, _ = send(text=("x" * 70 + "\n") * 20000, mail_dir=tmp_path)
    assert code == TOO_LARGE
    assert len(list(tmp_path.iterdir())) == 1
