"""What the document says that there is, and requests made of it."""

import json
import re
from urllib.parse import unquote

METHODS = ("get", "post", "put", "patch", "delete")


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

DEMO = {"username": "alice", "name": "sea", "token": "x"}


def address(path, query, values=None, mark=""):
    """The address of something: with these values, or those that the demo has.  The
    parts of the path are marked."""
    known = values or DEMO
    path = re.sub(r"\{(\w+)\}", lambda match: f"{known.get(match[1], 1)}{mark}", path)
    sent = {name: known.get(name, value) for name, value in query.items()}
    text = "&".join(f"{name}={word(value)}" for name, value in sent.items() if value is not None)
    return f"/api{path}" + (f"?{text}" if text else "")


def operations(text, without=()):
    """(method, path, query, body, whether it takes a login) of every route: all that
    it takes but these fields, text as a word, numbers as 1; files are not asked for."""
    document = json.loads(text)
    for path, methods in sorted(document["paths"].items()):
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                query = {p["name"]: plain(p["schema"], document)
                         for p in operation.get("parameters", ()) if p["in"] == "query"}
                body = sample(operation, document)
                for name in without:
                    query.pop(name, None)
                    body.pop(name, None)
                yield method.upper(), path, query, body, "security" in operation


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
