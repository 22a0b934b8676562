#!/usr/bin/python3
"""Checks what can be checked of how the code is laid out: who includes whom,
how long things are, which functions are called.

    archcheck.py BUILD [TOP]      BUILD: where the object files are
                                  TOP: the sources, else those it lies in

Exceptions stand in the tables below, each with its reason; one that nothing
needs any more is a fault too.  One line a fault, exit status 1 if there is any.

What a route row says - fields, tags, authorisation - is checked by the router
when the program starts, and what a query says by checksql.
"""

import re
import subprocess
import sys
from pathlib import Path

TOP = Path(sys.argv[2] if len(sys.argv) > 2 else Path(__file__).parents[2]).resolve()
APP = TOP / "fcgi-app"

FILE_MOST, FUNCTION_MOST, HANDLER_MOST = 500, 60, 40
NESTING_MOST, PARAMETERS_MOST, LINE_MOST = 3, 6, 80
FOLDER_FILES, FOLDER_LINES, CORE_LINES = 5, 1500, 6000

# Outside libraries by the first part of their headers' names.
LIBRARIES = {
    "fcgiapp.h": "libfcgi", "fastcgi.h": "libfcgi", "fcgios.h": "libfcgi",
    "utf8proc.h": "libutf8proc", "sodium": "libsodium", "json-c": "json-c",
    "libpq-fe.h": "libpq", "hiredis": "hiredis", "hiredis.h": "hiredis",
    "jwt.h": "libjwt", "curl": "libcurl", "magic.h": "libmagic",
    "vips": "libvips", "seccomp.h": "libseccomp", "zxcvbn.h": "libzxcvbn",
    "openssl": "libcrypto", "gumbo.h": "libgumbo", "zip.h": "libzip",
    "archive.h": "libarchive", "archive_entry.h": "libarchive",
    "expat.h": "libexpat", "jpeglib.h": "libjpeg",
}

# The C library, the compiler and the kernel.
LIBC = re.compile(
    r"(assert|complex|ctype|dirent|endian|errno|fcntl|iconv|inttypes|limits|link|locale|malloc|math"
    r"|netdb|poll|pthread|sched|setjmp|signal|stdarg|stdatomic|stdbool|stddef|stdint|stdio"
    r"|stdlib|string|strings|time|unistd|(sys|arpa|netinet|linux|sanitizer)/.*)\.h"
)

# What core may use beside libc and json-c, and why.
CORE_LIBRARIES = {
    "core/fcgi.c": ("libfcgi", "the transport is its codec"),
    "core/record.c": ("libfcgi", "the numbers of the records it writes"),
    "core/utf8.c": ("libutf8proc", "every input needs normal forms"),
    "core/secret.c": ("libsodium", "cursors are signed before infra exists"),
}

# Files that use two libraries, and why.
TWO_LIBRARIES = {}

# What a feature may use of infra beside app.h, and why it is not in app.h.
FEATURE_NEEDS = {
    "accounts": ("password.h token.h revoked.h throttle.h outbox.h rand.h utf8.h",
                 "it is what passwords, tokens and mails are for"),
    "boards": ("media.h token.h", "a cover is a picture; links are opaque tokens"),
    "download": ("outbox.h rand.h spool.h store.h throttle.h",
                 "it makes a file that the store keeps, and tells of it"),
    "compat_accounts": ("form.h", "a browser's refresh token is in a cookie"),
    "session": ("auth.h form.h", "it sets the cookies by which a browser is known"),
    "media": ("files.h image.h store.h", "its jobs work on the files themselves"),
    "staff": ("cache_count.h", "it shows the numbers of the cache"),
    "meta": ("column.h", "it writes the document"),
    "observe": ("redis.h cache_count.h shared.h measure.h machine.h certificate.h migrate.h"
                " similar.h store.h",
                "it asks whether all answer, and writes the numbers of all"),
    "pages": ("files.h form.h hashtag.h html.h",
              "it writes documents: titles without hashtags, pictures in all sizes"),
    "people": ("media.h outbox.h utf8.h",
               "an avatar is a picture; a changed address is told; names can be seen"),
    "pins": ("media.h throttle.h base64.h",
             "a pin is a picture, which may have to be fetched, or shown before"),
    "portable": ("files.h media.h pack.h spool.h store.h unpack.h work.h",
                 "it packs and unpacks pictures, and runs without requests"),
    "styles": ("media.h", "a post has pictures"),
    "similar": ("similar.h cache.h",
                "which pins are similar is asked of the index, and kept as a part"),
    "tags": ("arena.h hashtag.h utf8.h", "hashtags.c is pure, and needs no more"),
    "demo": ("str.h", "draw.c is pure, and needs no more"),
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
MAY_SEND_SQL = {"infra/pg_link.c": "LISTEN, settings", "infra/migrate.c": "migrations",
                "infra/pg_side.c": "few statements, seldom: they need not be prepared"}
# Only one file runs statements, and so knows of transactions.
RUNS_SQL = {"PQexecPrepared", "PQsendQueryPrepared", "PQprepare", "PQsendPrepare"}
MAY_RUN_SQL = {"infra/pg.c": "it is what it is for",
               "infra/pg_link.c": "it prepares all of them"}
SAYS_SQL = re.compile(r'"\s*(begin|commit|rollback|savepoint|start transaction|select .* from'
                      r'|insert into|update .* set|delete from|with .* as \()\b', re.I)
MAY_SAY_SQL = {
    "infra/pg.c": "commit, rollback",
    "infra/pg_link.c": "begin, commit, rollback",
    "infra/migrate.c": "each migration is a transaction; its history is a table",
    "infra/pg_side.c": "begin and commit: a backup reads one state by many statements",
}

faults = []
needed = set()  # exceptions that something needed


def fault(file, line, why):
    file = Path(file).resolve()
    shown = file.relative_to(TOP) if file.is_relative_to(TOP) else file
    faults.append(f"{shown}:{line}: {why}")


def excepted(table, key):
    """Is there an exception?  It is needed, then."""
    if key in table:
        needed.add((id(table), key))
    return key in table


def name_of(path):
    return str(path.relative_to(APP))


def sources():
    return sorted(p for p in APP.rglob("*.[ch]") if "tools" not in p.parts)


def blanks(match):
    """A comment as so many blanks, a text as one of blanks."""
    piece = match[0]
    if piece[0] == '"':
        return '"' + " " * (len(piece) - 2) + '"'
    return re.sub(r"[^\n]", " ", piece)


def without_comments(text):
    """The same lines, comments and the insides of texts blanked."""
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blanks, text, flags=re.S)


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
            elif not LIBC.fullmatch(match[2]):
                fault(path, number, f"<{match[2]}> is of no library that is known here")
            continue
        header = find_header(path, match[2])
        if header:
            check_layer(path, number, header)
    check_libraries(path, name, libraries)


def check_libraries(path, name, libraries):
    where = layer(path)
    if where == "core":
        for library in sorted(libraries - {"json-c"}):
            if CORE_LIBRARIES.get(name, ("", ""))[0] != library:
                fault(path, 1, f"core uses {library}")
            else:
                excepted(CORE_LIBRARIES, name)
    elif where == "infra":
        if len(libraries) > 1 and not excepted(TWO_LIBRARIES, name):
            fault(path, 1, "an adapter has one library: " + ", ".join(sorted(libraries)))
    elif libraries:
        fault(path, 1, f"{where} uses {', '.join(sorted(libraries))}")


def check_layer(path, number, header):
    where, to = layer(path), layer(header)
    allowed = {"core": {"core"}, "infra": {"core", "infra"}}
    if where in allowed and to not in allowed[where]:
        fault(path, number, f"{where} includes {name_of(header)}")
    if where == "features" and to in ("core", "infra"):
        feature = path.parent.name
        if header.name in FEATURE_NEEDS.get(feature, ("", ""))[0].split():
            needed.add((id(FEATURE_NEEDS), feature, header.name))
        else:
            fault(path, number, f"a feature sees app.h, not {name_of(header)}")
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
        if size > most and not excepted(LONG_FUNCTIONS, name):
            fault(path, first, f"{name} has {size} lines, at most {most}")
        count = 0 if parameters.strip() in ("void", "") else parameters.count(",") + 1
        if count > PARAMETERS_MOST and not excepted(MANY_PARAMETERS, name):
            fault(path, first, f"{name} has {count} parameters, at most {PARAMETERS_MOST}")
        deep = depth_of(lines[first:last - 1])
        if deep > NESTING_MOST and not excepted(DEEP, name):
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
    for functions_, may in ((SQL_TEXT, MAY_SEND_SQL), (RUNS_SQL, MAY_RUN_SQL)):
        for function in sorted(called & functions_):
            if not excepted(may, name):
                fault(path, 1, f"calls {function}: SQL is in sql/queries")
    check_names(path, defined)


def check_names(path, defined):
    parts = path.stem.split("_")
    prefixes = {"_".join(parts[: i + 1]) for i in range(len(parts))}
    prefixes |= {p[:-1] for p in prefixes if p.endswith("s")}
    if layer(path) == "features":
        prefixes |= {path.parent.name, "feature"}
    extra = EXTRA_PREFIXES.get(path.stem, {})
    for function in sorted(defined):
        for prefix in extra:
            if function == prefix or function.startswith(prefix + "_"):
                needed.add((id(EXTRA_PREFIXES), path.stem, prefix))
                break
        else:
            if function != "main" and not any(
                function == p or function.startswith(p + "_") for p in prefixes
            ):
                fault(path, 1, f"exports {function}, which does not begin with "
                      + " or ".join(sorted(prefixes)))


def check_sql(path, text):
    """SQL in a C file: only where somebody has to say it."""
    for number, line in enumerate(re.sub(r"/\*.*?\*/", blanks, text, flags=re.S).splitlines(), 1):
        if SAYS_SQL.search(line) and not excepted(MAY_SAY_SQL, name_of(path)):
            fault(path, number, "says SQL: it belongs into sql/queries")


def check_queries():
    """No query says begin or commit: the connection does."""
    for path in sorted((TOP / "sql" / "queries").rglob("*.sql")):
        code = re.sub(r"--.*", "", path.read_text())
        if re.search(r"^\s*(begin|commit|rollback|start)\b", code, re.I | re.M):
            fault(path, 1, "a query says nothing of transactions")
        if ";" in code:
            fault(path, 1, "a query is one statement, without a semicolon")


def check_exceptions():
    """One that nothing needs any more would hide the next fault."""
    for name, table in (
        ("CORE_LIBRARIES", CORE_LIBRARIES), ("TWO_LIBRARIES", TWO_LIBRARIES),
        ("LONG_FUNCTIONS", LONG_FUNCTIONS), ("MANY_PARAMETERS", MANY_PARAMETERS),
        ("DEEP", DEEP), ("MAY_SEND_SQL", MAY_SEND_SQL), ("MAY_RUN_SQL", MAY_RUN_SQL),
        ("MAY_SAY_SQL", MAY_SAY_SQL),
    ):
        for key in table:
            if (id(table), key) not in needed:
                fault(__file__, 1, f"{name} excuses {key}, which needs no excuse")
    for feature, (headers, _) in FEATURE_NEEDS.items():
        for header in headers.split():
            if (id(FEATURE_NEEDS), feature, header) not in needed:
                fault(__file__, 1, f"FEATURE_NEEDS gives {feature} {header}: not needed")
    for stem, extra in EXTRA_PREFIXES.items():
        for prefix in extra:
            if (id(EXTRA_PREFIXES), stem, prefix) not in needed:
                fault(__file__, 1, f"EXTRA_PREFIXES gives {stem} {prefix}: not needed")


# Files that hold more than one thing, or a thing with another name.
EXTRA_PREFIXES = {
    "str": {"buf": "texts that grow, beside those that do not"},
    "form": {"cookie": "pairs in text too"},
    "reply": {"fail": "an error is an answer; said some hundred times"},
    "answer": {"reply": "answers made of rows", "row": "one row of them"},
    "pg_row": {"row": "a cell of a row, by its name", "rows": "one of several rows"},
    "outbox": {"mail": "mail_job and mail_later, by the names of their users"},
    "commands_demo": {"command": "a command of main.c",
                      "demo": "what commands_demo_talk.c calls with"},
    "commands_demo_talk": {"demo": "a part of commands_demo.c"},
    "commands_portable": {"command": "commands of main.c"},
    "commands_user": {"command": "a command of main.c"},
    "commands_backup": {"command": "commands of main.c"},
    "import_rows": {"import": "import.c calls it by that name"},
    "roles": {"command": "the command that starts the roles"},
    "router": {"method": "the names of methods"},
    "meta": {"counters": "counters_check_job, by the name of its job"},
}


def main():
    build = Path(sys.argv[1]).resolve()
    for path in sources():
        text = path.read_text()
        check_includes(path, text)
        check_sizes(path, without_comments(text))
        if path.suffix == ".c":
            check_calls(path, build)
            check_sql(path, text)
    # programs that run while this one is built have no layers, but sizes
    for path in sorted((APP / "tools").glob("*.[ch]")):
        check_sizes(path, without_comments(path.read_text()))
    check_cycles()
    check_folders()
    check_queries()
    check_exceptions()
    for line in faults:
        print(line)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
