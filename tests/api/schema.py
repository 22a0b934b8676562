"""The API's own document, and answers held against it.

    document = Document(json_text)
    document.check("GET", "/api/pins/5", answer)     AssertionError, or the
                                                     operation's key

An answer passes when its status is one that the operation lists, its type is
that (mostly JSON), no member comes twice, its body fits the schema of that status, and it
tells nothing it must not: no statement, path, version or name of a constraint
in a refusal, no hash, token or address in anything else (Z3, Z9).

structure() is what OpenAPI 3.1.0 asks of the objects that the document uses,
written as a JSON schema: closed, so that a misspelt key is noticed.
"""

import datetime
import json
import posixpath
import re
from urllib.parse import unquote, urlsplit

from jsonschema import Draft202012Validator, FormatChecker, RefResolver

# Logins in the forms of other systems: not the schema of tokens, but tokens.
TOKENS_OF_OTHER_FORMS = {("POST", "/api/accounts"), ("POST", "/api/accounts/login"),
                         ("POST", "/api/accounts/signin")}
OF_NGINX = ("414", "431")  # of any address: the request is too long for a server
METHODS = ("get", "post", "put", "patch", "delete")

# What a refusal never says.
TOLD = re.compile(
    r"\b(select|insert|update|delete|join)\b.*\b(from|into|set|where|on)\b"
    r"|sqlstate|relation|violates|duplicate key|syntax error|_(fkey|pkey|key|check|not_self)\b"
    r"|\b(libpq|libjwt|hiredis|json-c|sodium|argon2|libcurl|magick|openssl|fcgi)\b"
    r"|/(tmp|var|usr|home|root|etc|proc|run|work|srv|opt)/"
    r"|\.(c|h|sql|py):?\d*\b|0x[0-9a-f]{6,}|\b(nginx|pinwall|redis|postgres\w*)[/ ]v?\d"
    r"|\b\d+\.\d+\.\d+\b|errno|traceback|assert",
    re.I)
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|::1\b|\bfe80:")
JWT = re.compile(r"eyJ[\w-]{5,}\.[\w-]+\.[\w-]+")
HASH = re.compile(r"\$argon2|\\\\x[0-9a-f]{8}|\b[0-9a-f]{64}\b")

formats = FormatChecker(formats=())


@formats.checks("date-time", ValueError)
def _is_time(value):
    return not isinstance(value, str) or bool(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value)
        and datetime.datetime.fromisoformat(value[:-1]))


@formats.checks("uri", ValueError)
def _is_address(value):
    if not isinstance(value, str):
        return True
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in value


def unrepeated(pairs):
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), f"a member stands there twice: {names}"
    return dict(pairs)


def read_json(text):
    """Strictly: no member twice, no NaN."""
    def refuse(word):
        raise AssertionError(f"{word} is no JSON")
    return json.loads(text, object_pairs_hook=unrepeated, parse_constant=refuse)


class Document:
    def __init__(self, text, base):
        self.text = text
        self.base = base  # what addresses of this site begin with
        self.whole = read_json(text)
        self.prefix = self.whole["servers"][0]["url"]
        self.operations = {
            (method.upper(), self.prefix + path): operation
            for path, item in self.whole["paths"].items()
            for method, operation in item.items()}
        self.patterns = sorted(
            ((path.count("{"), re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), path)
             for path in {path for _, path in self.operations}), key=lambda p: p[0])
        self.resolver = RefResolver.from_schema(self.whole)
        self.validators = {}
        self.answered = {}  # key -> statuses that were seen

    def find(self, method, path):
        """The key of the operation that a request meets, or None."""
        path = posixpath.normpath(re.sub("/+", "/", unquote(path)))  # as Nginx takes it
        for _, pattern, name in self.patterns:
            if pattern.fullmatch(path) and (method, name) in self.operations:
                return method, name
        return None

    def resolve(self, part):
        return self.resolver.resolve(part["$ref"])[1] if "$ref" in part else part

    def schema_of(self, key, status):
        """None: an answer without a body.  KeyError: it is not listed."""
        status = str(status)
        if status in OF_NGINX:
            return {"$ref": "#/components/schemas/detail"}
        listed = self.operations[key]["responses"]
        told = listed["5XX" if status[0] == "5" else status]
        content = self.resolve(told).get("content")
        return content and next(iter(content.values()))["schema"]

    def validator(self, key, status):
        if (key, status) not in self.validators:
            schema = self.schema_of(key, status)
            self.validators[key, status] = schema and Draft202012Validator(
                schema, resolver=self.resolver, format_checker=formats)
        return self.validators[key, status]

    def check(self, method, path, answer, mine=(), fault=False):
        """mine: texts of the caller's own that may stand in the answer."""
        status, text = answer.status_code, answer.text
        key = self.find(method, path)
        where = f"{method} {path} {status}: {text[:600]}"
        assert (status >= 500) == fault, where
        assert "X-Powered-By" not in answer.headers and answer.headers["Server"] == "nginx"
        if key is not None:
            self.check_form(key, status, answer, where)
            self.answered.setdefault(key, set()).add(status)
        self.check_told(key, status, text, mine, where)
        return key

    def check_form(self, key, status, answer, where):
        try:
            validator = self.validator(key, status)
        except KeyError:
            raise AssertionError(f"not in the document: {where}") from None
        if validator is None:
            assert answer.content == b"" and "Content-Type" not in answer.headers, where
            return
        kind = self.other_type(key) if status in (200, 206) else None
        if kind:
            assert answer.headers["Content-Type"].partition(";")[0] == kind, where
            return
        # Nginx's own refusals name no charset
        assert answer.headers["Content-Type"] in (
            "application/json; charset=utf-8",
            "application/json" if status >= 400 else ""), where
        wrong = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}"
                 for e in validator.iter_errors(read_json(answer.text))]
        assert not wrong, f"{where}\n" + "\n".join(wrong[:5])

    def other_type(self, key):
        """That of an answer which is no JSON."""
        content = self.operations[key]["responses"].get("200", {}).get("content", {})
        return next((kind for kind in content if kind != "application/json"), None)

    def gives_tokens(self, key):
        if key in TOKENS_OF_OTHER_FORMS:
            return True
        good = next(s for s in self.operations[key]["responses"] if s < "300")
        return self.schema_of(key, good) == {"$ref": "#/components/schemas/tokens"}

    def check_told(self, key, status, text, mine, where):
        text = text.replace(self.base, "")
        if status >= 400:
            assert not TOLD.search(text), f"{TOLD.search(text)}: {where}"
        assert not HASH.search(text), where
        text = re.sub(r'"placeholder" ?: ?"[^"]*"', "", text)  # a BlurHash may hold an @
        told = set(MAIL.findall(text)) - set(mine) if "@" in text else set()
        # the staff finds people by their addresses
        told = told if not (key and key[1].endswith("/staff/users")) else set()
        assert not told, (told, where)
        # the document shows the form of an address of a site; where a picture
        # is from is what its owner wrote
        text = re.sub(r'"image_url":"[^"]*"', "", text)
        assert not ADDRESS.search(text), where
        if status >= 400 or key is None or not self.gives_tokens(key):
            assert not JWT.search(text), where


def _object(needed, /, **properties):
    return {"type": "object", "properties": properties, "required": list(needed),
            "additionalProperties": False}


def _map(schema, names=None):
    made = {"type": "object", "additionalProperties": schema}
    if names:
        made["propertyNames"] = {"pattern": names}
    return made


def structure():
    text = {"type": "string", "minLength": 1}
    flag = {"type": "boolean"}
    schema = {"$ref": "https://json-schema.org/draft/2020-12/schema"}
    reference = _object(["$ref"], **{"$ref": {"type": "string", "pattern": "^#/components/"}})
    encoding = _object(["style"], style={"enum": ["form"]}, explode=flag, allowReserved=flag)
    media = _object(["schema"], schema=schema, encoding=_map(encoding))
    content = _map(media, r"^[a-z]+/[a-z0-9.+-]+$")
    parameter = _object(
        ["name", "in", "schema", "required"], name=text, required=flag, schema=schema,
        description=text, **{"in": {"enum": ["path", "query", "header", "cookie"]}})
    parameter["if"] = {"properties": {"in": {"const": "path"}}}
    parameter["then"] = {"properties": {"required": {"const": True}}}
    answer = _object(["description"], description=text, content=content,
                     headers=_map(_object(["schema"], schema=schema, description=text)))
    operation = _object(
        ["responses", "summary"], summary=text, description=text, operationId=text,
        tags={"type": "array", "items": text, "uniqueItems": True},
        parameters={"type": "array", "items": {"anyOf": [parameter, reference]}},
        requestBody=_object(["content"], content=content, required=flag, description=text),
        responses={**_map({"anyOf": [answer, reference]}, r"^([1-5](\d\d|XX)|default)$"),
                   "minProperties": 1},
        security={"type": "array", "items": _map({"type": "array", "items": text})})
    scheme = _object(["type"], type={"enum": ["http", "apiKey", "oauth2", "openIdConnect"]},
                     scheme=text, bearerFormat=text, description=text, name=text,
                     **{"in": {"enum": ["query", "header", "cookie"]}})
    scheme["if"] = {"properties": {"type": {"const": "http"}}}
    scheme["then"] = {"required": ["scheme"]}
    name = r"^[a-zA-Z0-9._-]+$"
    return _object(
        ["openapi", "info", "paths"], openapi={"type": "string", "pattern": r"^3\.1\.\d+$"},
        info=_object(["title", "version"], title=text, version=text, description=text),
        servers={"type": "array", "items": _object(["url"], url=text, description=text)},
        paths=_map(_object([], **{m: operation for m in METHODS}), "^/"),
        components=_object([], schemas=_map(schema, name), responses=_map(answer, name),
                           parameters=_map(parameter, name),
                           securitySchemes=_map(scheme, name)))
