"""archcheck finds what it is there to find: a small tree that is right, and
each rule broken in it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
CHECK = TOP / "fcgi-app" / "tools" / "archcheck.py"

HEADER = "/* What it is for. */\n"
TREE = {
    "core/str.h": HEADER + "void str_a(void);\n",
    "core/str.c": HEADER + '#include "str.h"\n\nvoid\nstr_a(void)\n{\n}\n',
    "infra/pg.h": HEADER + "void pg_a(void);\n",
    "infra/pg.c": HEADER + '#include "pg.h"\n#include "str.h"\n#include <libpq-fe.h>\n\n'
                  "void\npg_a(void)\n{\n\tPQprepare(0, \"begin\", 0, 0, 0);\n}\n",
    "app.h": HEADER + '#include "pg.h"\n',
    "features/pins/pins.h": HEADER + "void pins_a(void);\n",
    "features/pins/pins.c": HEADER + '#include "app.h"\n#include "pins.h"\n\n'
                            "void\npins_a(void)\n{\n\tpg_a();\n}\n",
    "features/tags/tags.c": HEADER + '#include "app.h"\n#include "pins/pins.h"\n\n'
                            "extern int feature_tags;\nint feature_tags = 1;\n",
}

STATIC = "static void\n{name}({parameters})\n{{\n{body}}}\n"


def function(name="thing", parameters="void", body="\t;\n"):
    return STATIC.format(name=name, parameters=parameters, body=body)


# Name: the file, what is added at its end (or the text replaced), what is said.
BROKEN = {
    "core_uses_infra": ("core/str.c", '#include "pg.h"\n', "core includes infra/pg.h"),
    "core_uses_a_feature": ("core/str.c", '#include "pins/pins.h"\n',
                            "core includes features/pins/pins.h"),
    "infra_uses_a_feature": ("infra/pg.c", '#include "pins/pins.h"\n',
                             "infra includes features/pins/pins.h"),
    "core_uses_a_library": ("core/str.c", "#include <libpq-fe.h>\n", "core uses libpq"),
    "two_libraries": ("infra/pg.c", "#include <jwt.h>\n",
                      "an adapter has one library: libjwt, libpq"),
    "feature_uses_a_library": ("features/pins/pins.c", "#include <libpq-fe.h>\n",
                               "features uses libpq"),
    "unknown_library": ("infra/pg.c", "#include <bzlib.h>\n",
                        "<bzlib.h> is of no library that is known here"),
    "feature_goes_round_app_h": ("features/pins/pins.c", '#include "str.h"\n',
                                 "a feature sees app.h, not core/str.h"),
    "inside_of_a_feature": ("features/tags/tags.c", '#include "pins/inner.h"\n',
                            "features/pins/inner.h is not that feature's public header"),
    "circle": ("features/pins/pins.c", '#include "tags/tags.h"\n',
               "pins includes itself in a circle"),
    "long_file": ("core/str.c", "/* x */\n" * 500, "lines, at most 500"),
    "wide_line": ("core/str.c", "/* " + "x" * 80 + " */\n", "86 columns, at most 80"),
    "wide_by_tabs": ("core/str.c", "\t" * 10 + ";\n", "81 columns, at most 80"),
    "long_function": ("core/str.c", function(body="\t;\n" * 60),
                      "thing has 64 lines, at most 60"),
    "long_handler": ("features/pins/pins.c",
                     function(parameters="struct req *rq", body="\t;\n" * 40)
                     + 'struct r { int m; const char *p; void *h; } r = { 1, "/x", thing, };\n',
                     "thing has 44 lines, at most 40"),
    "deep": ("core/str.c", function(body="\tif (1)\n\t\tif (1)\n\t\t\tif (1)\n"
                                         "\t\t\t\tif (1)\n\t\t\t\t\t;\n"),
             "thing nests 4 deep, at most 3"),
    "parameters": ("core/str.c", function(parameters="int a, int b, int c, int d,\n"
                                                     "    int e, int f, int g"),
                   "thing has 7 parameters, at most 6"),
    "many_files": ("features/pins/{}.h", HEADER, "7 files, "),
    "long_feature": ("features/pins/{}.c", "/* x */\n" * 400, "lines: two features"),
    "banned": ("core/str.c", function(body="\tsystem(\"x\");\n\tstrcpy(0, \"yy\");\n"),
               "calls system"),
    "allocates": ("features/pins/pins.c", function(body="\tfree(malloc(1));\n"),
                  "a feature calls malloc"),
    "name": ("core/str.c", "void other_a(void);\nvoid\nother_a(void)\n{\n}\n",
             "exports other_a, which does not begin with str"),
    "runs_sql": ("infra/other.c", HEADER + "#include <libpq-fe.h>\n"
                 + function(body="\tPQexecPrepared(0, 0, 0, 0, 0, 0, 0);\n"),
                 "calls PQexecPrepared"),
    "sends_sql": ("infra/other.c", HEADER + "#include <libpq-fe.h>\n"
                  + function(body='\tPQexec(0, "x");\n'), "calls PQexec"),
    "says_begin": ("core/str.c", "extern const char *str_b;\nconst char *str_b = \"BEGIN\";\n",
                   "says SQL"),
    "says_select": ("features/pins/pins.c", "extern const char *pins_b;\n"
                    'const char *pins_b = "select a from b";\n', "says SQL"),
    "query_commits": ("../sql/queries/pins/x.sql", "-- x\ncommit\n", "of transactions"),
    "two_statements": ("../sql/queries/pins/x.sql", "-- x\nselect 1; select 2\n",
                       "one statement"),
}


@pytest.fixture
def tree(tmp_path):
    app = tmp_path / "fcgi-app"
    for name, text in TREE.items():
        path = app / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "sql" / "queries" / "pins").mkdir(parents=True)
    (app / "features" / "pins" / "inner.h").write_text(HEADER)
    (app / "features" / "tags" / "tags.h").write_text(HEADER)
    return tmp_path


def compile_all(top):
    app = top / "fcgi-app"
    for source in app.rglob("*.c"):
        target = top / "build" / source.relative_to(top).with_suffix(".o")
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["gcc", "-w", "-std=gnu11", "-ffunction-sections", "-O0", "-fno-builtin",
             f"-I{app}", f"-I{app}/core", f"-I{app}/infra", f"-I{app}/features",
             "-I/usr/include/postgresql", "-DUNUSED", "-c", "-o", target, source],
            check=True,
        )


def check(top):
    """What archcheck says of the tree, without what it says of itself: its
    exceptions are those of the real one."""
    done = subprocess.run(
        [sys.executable, CHECK, top / "build", top], capture_output=True, text=True
    )
    assert done.stderr == ""
    lines = [line for line in done.stdout.splitlines() if "archcheck.py" not in line]
    assert done.returncode == (1 if done.stdout else 0)
    return lines


def test_a_right_tree(tree):
    compile_all(tree)
    assert check(tree) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_found(tree, name):
    file, text, said = BROKEN[name]
    for number in range(4 if "{}" in file else 1):
        path = tree / "fcgi-app" / file.format(f"pins_{number}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as out:
            out.write(text)
    if name == "circle":
        (tree / "fcgi-app/features/tags/tags.h").write_text('#include "pins/pins.h"\n')
    compile_all(tree)
    lines = check(tree)
    assert any(said in line for line in lines), lines
    assert any(Path(file.format("pins_0")).stem.split("_")[0] in line for line in lines), lines


def test_a_file_that_was_not_built(tree):
    compile_all(tree)
    (tree / "build/fcgi-app/core/str.o").unlink()
    assert any("was not built" in line for line in check(tree))


def test_an_exception_that_nobody_needs(tree):
    """In this tree, no exception of the real one is needed."""
    compile_all(tree)
    done = subprocess.run(
        [sys.executable, CHECK, tree / "build", tree], capture_output=True, text=True
    )
    assert re.search(r"archcheck.py:1: MAY_SEND_SQL excuses infra/migrate.c", done.stdout)
    assert re.search(r"archcheck.py:1: FEATURE_NEEDS gives pins media.h", done.stdout)
    assert re.search(r"archcheck.py:1: EXTRA_PREFIXES gives str buf", done.stdout)


def test_comments_are_no_code(tree):
    path = tree / "fcgi-app/core/str.c"
    path.write_text(path.read_text() + '/* "begin" strcpy( #include "pg.h" */\n')
    compile_all(tree)
    assert check(tree) == []
    assert shutil.which("nm")
