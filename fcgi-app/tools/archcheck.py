#!/usr/bin/python3
"""Checks what can be checked of how the code is laid out: who includes whom,
how long things are, which functions are called.

    archcheck.py BUILD      BUILD: where the object files are

Exceptions stand in the tables below, each with its reason.  One line a fault,
exit status 1 if there is any.
"""

import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
APP = TOP / "fcgi-app"

FILE_MOST, FUNCTION_MOST, HANDLER_MOST = 500, 60, 40
NESTING_MOST, PARAMETERS_MOST, LINE_MOST = 3, 6, 80
FOLDER_FILES, FOLDER_LINES, CORE_LINES = 5, 1500, 6000

# Outside libraries by the first part of their headers' names.
LIBRARIES = {
    "fcgiapp.h": "libfcgi", "fastcgi.h": "libfcgi", "fcgios.h": "libfcgi",
    "utf8proc.h": "libutf8proc", "sodium.h": "libsodium", "json-c": "json-c",
    "libpq-fe.h": "libpq", "hiredis": "hiredis", "hiredis.h": "hiredis",
    "jwt.h": "libjwt", "curl": "libcurl", "magic.h": "libmagic",
    "vips": "libvips", "seccomp.h": "libseccomp", "zxcvbn.h": "libzxcvbn",
    "openssl": "libcrypto",
}

# What core may use beside libc and json-c, and why.
CORE_LIBRARIES = {
    "core/fcgi.c": ("libfcgi", "the transport is its codec"),
    "core/record.c": ("libfcgi", "the numbers of the records it writes"),
    "core/record.h": ("libfcgi", "the numbers of the records it writes"),
    "core/fcgi.h": ("libfcgi", "a connection holds its request"),
    "core/utf8.c": ("libutf8proc", "every input needs normal forms"),
    "core/secret.c": ("libsodium", "cursors are signed before infra exists"),
    "core/cursor.c": ("libsodium", "cursors are signed before infra exists"),
}

# Files that use two libraries, and why.
TWO_LIBRARIES = {
    "infra/image_child.c": "a child decodes (vips) in a jail (seccomp)",
    "infra/image_proc.c": "sets up vips and magic before the jail",
    "infra/fetch_transfer.c": "libcurl, with libcrypto's certificates",
    "infra/fetch_proc.c": "sets up libcurl before the jail",
    "infra/token.c": "libjwt, and libsodium to compare",
    "infra/password.c": "libsodium hashes; the rest is password_weak.c's",
}

# Longer than they should be, and why that is better than cutting them.
LONG_FUNCTIONS = {}
MANY_PARAMETERS = {}
DEEP = {}

BANNED = {
    "strcpy", "strcat", "strncpy", "strncat", "sprintf", "vsprintf", "gets",
    "strtok", "atoi", "atol", "atoll", "atof", "rand", "srand", "random",
    "tmpnam", "mktemp", "system", "popen", "asctime", "ctime", "gmtime",
    "localtime", "__strcpy_chk", "__strcat_chk", "__sprintf_chk",
}
ALLOCATORS = {"malloc", "calloc", "realloc", "free", "strdup", "strndup", "asprintf"}
# SQL is run by prepared statements; these send text of any kind.
SQL_TEXT = {"PQexec", "PQexecParams", "PQsendQuery", "PQsendQueryParams"}
MAY_SEND_SQL = {"infra/pg.c": "LISTEN", "infra/migrate.c": "migrations"}

faults = []


def fault(file, line, why):
    faults.append(f"{Path(file).relative_to(TOP)}:{line}: {why}")


def name_of(path):
    return str(path.relative_to(APP))


def sources():
    return sorted(p for p in APP.rglob("*.[ch]") if "tools" not in p.parts)


def without_comments(text):
    """The same lines, comments and the insides of texts blanked."""

    def blank(match):
        piece = match[0]
        if piece[0] == '"':
            return '"' + " " * (len(piece) - 2) + '"'
        return re.sub(r"[^\n]", " ", piece)

    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


# Who includes whom.


def layer(path):
    first = name_of(path).split("/")
    return first[0] if len(first) > 1 else "app"


def library_of(header):
    return LIBRARIES.get(header) or LIBRARIES.get(header.split("/")[0])


def find_header(path, header):
    for folder in (path.parent, APP / "features", APP / "core", APP / "infra", APP):
        if (folder / header).exists():
            return folder / header
    return None


def check_includes(path, text):
    libraries, name = set(), name_of(path)
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if not match:
            continue
        if match[1] == "<":
            library = library_of(match[2])
            if library:
                libraries.add(library)
            continue
        header = find_header(path, match[2])
        if header:
            check_layer(path, number, header)
    check_libraries(path, name, libraries)


def check_libraries(path, name, libraries):
    where = layer(path)
    if where == "core":
        allowed = {"json-c"} | {CORE_LIBRARIES.get(name, ("", ""))[0]}
        for library in sorted(libraries - allowed):
            fault(path, 1, f"core uses {library}")
    elif where == "infra":
        if len(libraries) > 1 and name not in TWO_LIBRARIES:
            fault(path, 1, "an adapter has one library: " + ", ".join(sorted(libraries)))
    elif libraries:
        fault(path, 1, f"{where} uses {', '.join(sorted(libraries))}")


def check_layer(path, number, header):
    where, to = layer(path), layer(header)
    allowed = {"core": {"core"}, "infra": {"core", "infra"}}
    if where in allowed and to not in allowed[where]:
        fault(path, number, f"{where} includes {name_of(header)}")
    if where == "features" and to == "features" and header.parent != path.parent:
        if header.stem != header.parent.name:
            fault(path, number, f"{name_of(header)} is not that feature's public header")


def check_cycles():
    needs = {}
    for path in sources():
        if layer(path) == "features":
            own = path.parent.name
            for header in re.findall(r'#include "([^"]+)"', path.read_text()):
                found = find_header(path, header)
                if found and layer(found) == "features" and found.parent.name != own:
                    needs.setdefault(own, set()).add(found.parent.name)

    def reaches(a, b, seen):
        return any(n == b or (n not in seen and reaches(n, b, seen | {n}))
                   for n in needs.get(a, ()))

    for feature in sorted(needs):
        if reaches(feature, feature, set()):
            fault(APP / "features", 1, f"{feature} includes itself in a circle")


# How long things are.


def functions(text):
    """(name, parameters, first line, last line) of each definition."""
    lines = text.splitlines()
    begin = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            begin = number
        elif line == "}" and begin:
            head = []
            for above in range(begin - 2, -1, -1):
                if not lines[above] or lines[above].startswith(("#", "}", "/")):
                    break
                head.insert(0, lines[above])
            match = re.search(r"(\w+)\((.*)\)\s*$", " ".join(head), re.S)
            if match:
                yield match[1], match[2], begin - len(head), number
            begin = None


def is_handler(parameters, text, name):
    return (parameters.strip() == "struct req *rq"
            and re.search(rf'"[ ]*",\s*{name},', text) is not None)


def depth_of(lines):
    """Levels of indentation beyond the function's own; a continuation has four
    spaces and is no level."""
    return max((len(re.match(r"\t*", line)[0]) - 1 for line in lines if line.strip()), default=0)


def check_sizes(path, text):
    lines = text.splitlines()
    if len(lines) > FILE_MOST:
        fault(path, 1, f"{len(lines)} lines, at most {FILE_MOST}")
    for number, line in enumerate(path.read_text().splitlines(), 1):
        width = len(line.expandtabs(8))
        if width > LINE_MOST and "https://" not in line:
            fault(path, number, f"{width} columns, at most {LINE_MOST}")
    if path.suffix != ".c":
        return
    for name, parameters, first, last in functions(text):
        size, most = last - first + 1, FUNCTION_MOST
        if is_handler(parameters, text, name):
            most = HANDLER_MOST
        if size > most and name not in LONG_FUNCTIONS:
            fault(path, first, f"{name} has {size} lines, at most {most}")
        count = 0 if parameters.strip() in ("void", "") else parameters.count(",") + 1
        if count > PARAMETERS_MOST and name not in MANY_PARAMETERS:
            fault(path, first, f"{name} has {count} parameters, at most {PARAMETERS_MOST}")
        deep = depth_of(lines[first:last - 1])
        if deep > NESTING_MOST and name not in DEEP:
            fault(path, first, f"{name} nests {deep} deep, at most {NESTING_MOST}")


def check_folders():
    for folder in sorted((APP / "features").iterdir()):
        files = [p for p in folder.iterdir() if p.suffix in (".c", ".h")]
        lines = sum(len(p.read_text().splitlines()) for p in files)
        if len(files) > FOLDER_FILES or lines > FOLDER_LINES:
            fault(folder, 1, f"{len(files)} files, {lines} lines: two features")
    lines = sum(len(p.read_text().splitlines()) for p in (APP / "core").glob("*.c"))
    if lines > CORE_LINES:
        fault(APP / "core", 1, f"{lines} lines, at most {CORE_LINES}")


# What is called.


def symbols(obj):
    """(called, defined) names of an object file."""
    text = subprocess.run(["nm", obj], capture_output=True, text=True, check=True).stdout
    called = set(re.findall(r"^\s+U (\w+)", text, re.M))
    defined = set(re.findall(r"^[0-9a-f]+ T (\w+)", text, re.M))
    return called, defined


def check_calls(path, build):
    obj = build / path.relative_to(TOP).with_suffix(".o")
    if not obj.exists():
        fault(path, 1, f"was not built: {obj} is missing")
        return
    called, defined = symbols(obj)
    name = name_of(path)
    for banned in sorted(called & BANNED):
        fault(path, 1, f"calls {banned}")
    if layer(path) == "features":
        for function in sorted(called & ALLOCATORS):
            fault(path, 1, f"a feature calls {function}")
    if name not in MAY_SEND_SQL:
        for function in sorted(called & SQL_TEXT):
            fault(path, 1, f"calls {function}: SQL is in sql/queries")
    check_names(path, defined)


def check_names(path, defined):
    parts = path.stem.split("_")
    prefixes = {"_".join(parts[: i + 1]) for i in range(len(parts))}
    prefixes |= {p[:-1] for p in prefixes if p.endswith("s")} | {path.parent.name}
    prefixes |= EXTRA_PREFIXES.get(path.stem, set())
    for function in sorted(defined):
        if not any(function == p or function.startswith(p + "_") for p in prefixes):
            if function != "main":
                fault(path, 1, f"exports {function}, which does not begin with "
                      + " or ".join(sorted(prefixes)))


# Files that hold more than one thing, or a thing with another name.
EXTRA_PREFIXES = {
    "str": {"buf"},
    "form": {"cookie"},
    "reply": {"fail"},
    "answer": {"reply", "row"},
    "pg_row": {"row", "rows"},
    "outbox": {"mail"},
    "commands": {"command"},
    "commands_demo": {"command"},
    "commands_user": {"command"},
    "roles": {"command"},
    "router": {"method"},
    "meta": {"counters"},
}


def main():
    build = Path(sys.argv[1]).resolve()
    for path in sources():
        text = path.read_text()
        check_includes(path, text)
        check_sizes(path, without_comments(text))
        if path.suffix == ".c":
            check_calls(path, build)
    check_cycles()
    check_folders()
    for line in faults:
        print(line)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
