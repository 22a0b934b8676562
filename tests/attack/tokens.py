"""Hostile access tokens (reliability test A1), made with the real secret.

Each pair is a name and a token that no server may accept.  Most of them are
signed correctly with the server's own key, so that what refuses them is the
rule they break and not the signature.  controls() are tokens that must be
accepted: they show that the others fail for their reason.

As a program: `tokens.py SECRET_FILE USER SESSION LIFE` prints lines
`good|bad TAB name TAB token`; LIFE is the server's access_s.
"""

import base64
import hashlib
import hmac
import json
import sys
import time

LEFT_OUT = object()

# Text of a public key, as a server that also knows RS256 would hold it.
PUBLIC_PEM = b"""-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf
9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==
-----END PUBLIC KEY-----
"""


def b64(data):
    if isinstance(data, str):
        data = data.encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def derive(secret, purpose):
    """A key for a purpose, as core/secret.c makes it."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()


def compact(value):
    return json.dumps(value, separators=(",", ":"))


class Maker:
    def __init__(self, secret, user=1, session=1, life=900):
        self.secret = secret
        self.key = derive(secret, "access")
        self.life = life
        now = time.time()
        self.now = int(now)
        self.base = {
            "iss": "pinwall", "aud": "pinwall-api", "use": "access",
            "sub": str(user), "sid": session, "jti": b64(bytes(range(16))),
            "iat": self.now, "ims": int(now * 1000), "exp": self.now + life,
        }

    def claims(self, **changes):
        made = {**self.base, **changes}
        return {k: v for k, v in made.items() if v is not LEFT_OUT}

    def sign(self, head, body, key=None, digest="sha256"):
        """head and body as they are: texts or bytes."""
        text = b64(head) + "." + b64(body)
        mac = hmac.new(self.key if key is None else key, text.encode(),
                       digest)
        return text + "." + b64(mac.digest())

    def token(self, header=None, key=None, digest="sha256", **changes):
        if header is None:
            header = {"alg": "HS256", "typ": "JWT"}
        return self.sign(compact(header), compact(self.claims(**changes)),
                         key, digest)

    def raw(self, body):
        return self.sign('{"alg":"HS256","typ":"JWT"}', body)

    def replace(self, old, new, **changes):
        """A payload whose JSON text was altered before signing."""
        body = compact(self.claims(**changes))
        assert old in body
        return self.raw(body.replace(old, new, 1))


def controls(secret, **who):
    m = Maker(secret, **who)
    return [
        ("plain", m.token()),
        ("without typ", m.token({"alg": "HS256"})),
        ("typ first", m.token({"typ": "JWT", "alg": "HS256"})),
        ("with nbf", m.token(nbf=m.now)),
        ("nbf within the skew", m.token(nbf=m.now + 3)),
        ("issued within the skew", m.token(
            iat=m.now + 3, ims=(m.now + 3) * 1000, exp=m.now + m.life)),
        ("short life", m.token(exp=m.now + 8)),
    ]


def algorithms(m):
    good = m.token()
    body, mac = good.split(".")[1:]
    for alg in ("none", "None", "NONE", "nONE", ""):
        head = b64(compact({"alg": alg, "typ": "JWT"}))
        yield f"alg {alg!r}, no signature", f"{head}.{body}."
        yield f"alg {alg!r}, old signature", f"{head}.{body}.{mac}"
        yield f"alg {alg!r}, signed", m.token({"alg": alg, "typ": "JWT"})
    head = b64(compact({"alg": "none"}))
    yield "alg none, two segments", f"{head}.{body}"
    for alg in ("HS384", "HS512", "RS256", "RS512", "ES256", "PS256",
                "EdDSA", "hs256", "HS256 ", " HS256", "HS256\0", "HS2560",
                "HS25", "A256KW", "dir"):
        yield f"alg {alg!r}, signed with HS256", m.token(
            {"alg": alg, "typ": "JWT"})
    for alg, digest in (("HS384", "sha384"), ("HS512", "sha512")):
        yield f"alg {alg}, signed so", m.token({"alg": alg}, digest=digest)
        yield f"HS256 named, signed {alg}", m.token(digest=digest)
    yield "RS256 named, public key as HMAC key", m.token(
        {"alg": "RS256", "typ": "JWT"}, key=PUBLIC_PEM)
    yield "HS256 named, public key as HMAC key", m.token(key=PUBLIC_PEM)
    for name, value in (("missing", LEFT_OUT), ("null", None),
                        ("a number", 256), ("a list", ["HS256"]),
                        ("true", True), ("an object", {"a": "HS256"})):
        head = {"typ": "JWT"}
        if value is not LEFT_OUT:
            head["alg"] = value
        yield f"alg {name}", m.token(head)


def keys(m):
    yield "another key", m.token(key=b"k" * 32)
    yield "empty key", m.token(key=b"")
    yield "zero key", m.token(key=bytes(32))
    yield "the secret itself as key", m.token(key=m.secret)
    yield "the key's hexadecimal text as key", m.token(
        key=m.key.hex().encode())
    yield "the key cut", m.token(key=m.key[:16])
    for purpose in ("refresh", "cursor", "limit", "Access", ""):
        yield f"key of purpose {purpose!r}", m.token(
            key=derive(m.secret, purpose))


def headers(m):
    jwk = {"kty": "oct", "k": b64(b"k" * 32)}
    extra = {
        "kid sql": {"kid": "x' UNION SELECT 'k"},
        "kid path": {"kid": "../../../../dev/null"},
        "kid number": {"kid": 1},
        "kid ours": {"kid": "access"},
        "jku": {"jku": "https://127.0.0.1/keys.json"},
        "x5u": {"x5u": "https://127.0.0.1/cert.pem"},
        "x5c": {"x5c": ["AAAA"]},
        "jwk": {"jwk": jwk},
        "crit": {"crit": ["exp"]},
        "b64 false": {"crit": ["b64"], "b64": False},
        "b64 alone": {"b64": False},
        "zip": {"zip": "DEF"},
        "cty": {"cty": "JWT"},
        "enc": {"enc": "A256GCM"},
        "exp in the header": {"exp": m.now + 60},
        "unknown": {"a": "b"},
    }
    for name, more in extra.items():
        yield f"header {name}", m.token({"alg": "HS256", "typ": "JWT",
                                         **more})
    yield "kid path, empty key", m.token(
        {"alg": "HS256", "kid": "/dev/null"}, key=b"")
    yield "jwk, its own key", m.token(
        {"alg": "HS256", "jwk": jwk}, key=b"k" * 32)
    for typ in ("jwt", "at+jwt", "JWS", "", 1, None):
        yield f"typ {typ!r}", m.token({"alg": "HS256", "typ": typ})
    body = compact(m.claims())
    for head in ('{"alg":"HS256","alg":"none"}', '{"alg":"none","alg":"HS256"}',
                 '{"alg":"HS256","alg":"HS256"}',
                 '{"\\u0061lg":"HS256"}', '{"alg":"HS\\u003256"}',
                 '{"alg":"HS256","\\u0061lg":"none"}',
                 '{"alg": "HS256"}', ' {"alg":"HS256"}', '{"alg":"HS256"} ',
                 '{"alg":"HS256"}\n', '{"alg":"HS256",}', '{alg:"HS256"}',
                 "{'alg':'HS256'}", '{"alg":"HS256"', '"HS256"', '["HS256"]',
                 '[{"alg":"HS256"}]', '{}', 'null', '{"ALG":"HS256"}',
                 '{"alg":"HS256"}{"alg":"none"}', '{"alg":"HS256"/**/}',
                 '\ufeff{"alg":"HS256"}', '{"alg":"HS256","typ":"JWT\0"}'):
        yield f"header {head!r}", m.sign(head, body)
    yield "header not UTF-8", m.sign(b'{"alg":"HS256","typ":"\xff"}', body)


def times(m):
    big = {"past": m.now - 1, "just now": m.now, "long past": 1000,
           "0": 0, "missing": LEFT_OUT, "null": None, "true": True,
           "negative": -1, "a text": str(m.now + 60),
           "a float": m.now + 60.5, "a whole float": float(m.now + 60),
           "a list": [m.now + 60], "2^31": 1 << 31, "2^53": 1 << 53,
           "2^63-1": (1 << 63) - 1, "2^63": 1 << 63, "2^64": 1 << 64,
           "2^64 and a minute": (1 << 64) + m.now + 60,
           "10^30": 10 ** 30, "a second too long": m.now + m.life + 1}
    for name, value in big.items():
        yield f"exp {name}", m.token(exp=value)
    text = f'"exp":{m.base["exp"]}'
    for new in ('"exp":1e30', f'"exp":0{m.base["exp"]}', '"exp":+1',
                f'"exp":{m.base["exp"]}.0', '"exp":NaN', '"exp":Infinity',
                '"exp":', f'"exp": {m.base["exp"]}', '"exp":0xffffffff',
                f'{text},"exp":9999999999', f'"exp":1,{text}',
                f'{text},{text}', f'"\\u0065xp":{m.base["exp"]}',
                f'"EXP":{m.base["exp"]}', f'"exp ":{m.base["exp"]}'):
        yield f"payload {new!r}", m.replace(text, new)
    ahead = m.now + 60
    yield "nbf ahead", m.token(nbf=ahead)
    for name, value in (("text", str(m.now)), ("float", m.now + .5),
                        ("negative", -1), ("null", None),
                        ("2^63", 1 << 63)):
        yield f"nbf {name}", m.token(nbf=value)
        yield f"iat {name}", m.token(iat=value)
    yield "iat ahead", m.token(iat=ahead, ims=ahead * 1000, exp=ahead + 60)
    yield "iat missing", m.token(iat=LEFT_OUT)
    yield "iat after exp", m.token(iat=m.now + 4, ims=(m.now + 4) * 1000,
                                   exp=m.now + 3)
    yield "ims missing", m.token(ims=LEFT_OUT)
    yield "ims of another second", m.token(ims=m.base["ims"] + 1000)
    yield "ims text", m.token(ims=str(m.base["ims"]))
    old = m.now - m.life
    yield "expired whole life ago", m.token(iat=old - 9, ims=old * 1000 - 9000,
                                            exp=m.now - 9)


def meanings(m):
    wrong = {
        "iss": ["other", "", "Pinwall", "pinwall ", 1, None, ["pinwall"],
                LEFT_OUT],
        "aud": ["other", "", "pinwall", ["pinwall-api"],
                ["pinwall-api", "x"], None, 1, LEFT_OUT],
        "use": ["refresh", "verify", "reset", "", "Access", None, 1,
                LEFT_OUT],
        "sub": [1, 0, -1, None, "", "0", "-1", "01", "+1", " 1", "1 ", "1.0",
                "1e1", "0x1", "9223372036854775808", "18446744073709551617",
                "1' or '1'='1", "1\0", "\uff11", "admin", ["1"], True,
                LEFT_OUT],
        "sid": ["1", 0, -1, 1.5, None, True, [1], 1 << 63, LEFT_OUT],
        "jti": ["", "a", 1, None, "A" * 21, "A" * 23, "A" * 21 + "B",
                "A" * 21 + "=", LEFT_OUT],
    }
    for claim, values in wrong.items():
        for value in values:
            shown = "missing" if value is LEFT_OUT else repr(value)
            yield f"{claim} {shown}", m.token(**{claim: value})
    yield "unknown claim", m.token(is_staff=1)
    yield "unknown text claim", m.token(role="admin")
    yield "nested claim", m.token(cnf={"jwk": {}})
    sub = f'"sub":"{m.base["sub"]}"'
    for new in (f'{sub},"sub":"2"', f'"sub":"2",{sub}',
                f'{sub},"\\u0073ub":"2"', f'"s\\u0075b":"2"',
                f'"sub":"\\u0031"', f'"sub":"1","sub\\u0000":"2"'):
        yield f"payload {new!r}", m.replace(sub, new)
    body = compact(m.claims())
    for name, text in (
            ("spaces", json.dumps(m.claims())), ("a list", f"[{body}]"),
            ("empty", ""), ("null", "null"), ("{}", "{}"),
            ("cut", body[:-1]), ("trailing comma", body[:-1] + ",}"),
            ("garbage after", body + "x"), ("second object", body + body),
            ("BOM", "\ufeff" + body), ("line feed", body + "\n"),
            ("NUL after", body + "\0"), ("NUL before", "\0" + body),
            ("single quotes", body.replace('"', "'")),
            ("deep", "[" * 300 + "]" * 300)):
        yield f"payload {name}", m.raw(text)
    yield "payload not UTF-8", m.raw(body.encode()[:-1] + b',"a":"\xff"}')


def forms(m):
    good = m.token()
    head, body, mac = good.split(".")
    alphabet = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                "0123456789-_")
    last = alphabet.index(mac[-1])
    for i in (1, 2, 3):
        yield f"last character {i} on", \
            good[:-1] + alphabet[(last & ~3) | (last + i) & 3]
    yield "signature empty", f"{head}.{body}."
    yield "signature missing", f"{head}.{body}"
    yield "signature cut", good[:-1]
    yield "signature halved", good[:-22]
    yield "signature longer", good + "A"
    yield "signature twice", good + mac
    yield "signature of zeros", f"{head}.{body}.{'A' * 43}"
    for end in ("=", "==", "===", " ", "\t", "\n", "!", "!!", ".", ".x",
                "%00", ",", ";", "\x7f", "\u00e9"):
        yield f"{end!r} after it", good + end
    for start in (" ", ".", "Bearer ", "JWT ", "\u200b"):
        yield f"{start!r} before it", start + good
    yield "standard alphabet", f"{head}.{body}.{'+/' * 21}A"
    yield "padding inside", f"{head}=.{body}.{mac}"
    yield "payload padded", f"{head}.{body}==.{mac}"
    yield "space inside", f"{head}. {body}.{mac}"
    yield "header's case changed", f"{head.swapcase()}.{body}.{mac}"
    yield "payload and header swapped", f"{body}.{head}.{mac}"
    yield "four segments", f"{head}.{body}.{mac}.{mac}"
    yield "five segments", f"{head}.{mac}.{mac}.{body}.{mac}"
    yield "no header", f".{body}.{mac}"
    yield "no payload", f"{head}..{mac}"
    for text in ("", ".", "..", "...", "a", "a.b.c", "null", "undefined",
                 "0", "A" * 43, "." * 1000):
        yield f"only {text[:9]!r}", text
    yield "nested JWT", m.raw(good)
    yield "nested JWT, cty", m.sign('{"alg":"HS256","cty":"JWT"}', good)
    yield "JSON form", compact({"payload": body, "protected": head,
                                "signature": mac})
    yield "1,025 bytes", good + "A" * (1025 - len(good))
    yield "signed, over 1,024 bytes", m.token(jti="A" * 800)
    yield "1 MB", "A" * (1 << 20)
    yield "1 MB, signed", m.token(jti="A" * (1 << 20))
    other = Maker(m.secret, 2, 2, m.life).token().split(".")
    yield "another's payload", f"{head}.{other[1]}.{mac}"
    yield "another's signature", f"{head}.{body}.{other[2]}"


def hostile(secret, **who):
    m = Maker(secret, **who)
    made = []
    for group in (algorithms, keys, headers, times, meanings, forms):
        made += list(group(m))
    return made


def main():
    with open(sys.argv[1], "rb") as f:
        secret = f.read()
    who = dict(zip(("user", "session", "life"), map(int, sys.argv[2:5])))
    for word, pairs in (("good", controls(secret, **who)),
                        ("bad", hostile(secret, **who))):
        for name, token in pairs:
            # One line each: what would break it is written as \xNN.
            token = "".join(c if " " < c < "\x7f" and c != "\\"
                            else "".join(f"\\x{b:02x}" for b in c.encode())
                            for c in token)
            print(word, ascii(name), token, sep="\t")


if __name__ == "__main__":
    main()
