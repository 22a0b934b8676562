"""What the compiler's analyzer and cppcheck find in the program: nothing.

A finding that is none is silenced where it stands, with the reason; those of
cppcheck that it cannot be told there are listed here."""

import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]

CPPCHECK = [
    "cppcheck", "-q", "-j2", "--std=c11", "--error-exitcode=1", "--inline-suppr",
    "--enable=warning,performance,portability", "-D_GNU_SOURCE",
    # GLib's, which it does not know
    "-DG_DEFINE_AUTOPTR_CLEANUP_FUNC(a,b)=",
    # it takes a macro between two texts for an unknown word
    "--suppress=unknownMacro:*/meta/openapi.c",
    "--suppress=unknownMacro:*/meta/json_columns.def",
]
FOLDERS = ("fcgi-app", "fcgi-app/features", "fcgi-app/core", "fcgi-app/infra")

PLANTED = """
#include <stdlib.h>
#include <string.h>
int planted(int n);
int planted(int n)
{
	char *p = malloc(8), a[4];
	if (p == NULL)
		return 0;
	a[n > 3 ? 4 : 0] = 1;
	if (n > 2)
		return a[0];
	strcpy(p, "x");
	free(p);
	return p[0];
}
"""


def run(*command):
    done = subprocess.run(
        [str(word) for word in command], cwd=TOP, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    return done.returncode, done.stdout


@pytest.fixture
def planted(tmp_path):
    path = tmp_path / "planted.c"
    path.write_text(PLANTED)
    return path


def test_cppcheck():
    status, said = run(*CPPCHECK, *(f"-I{f}" for f in FOLDERS), "fcgi-app")
    assert (status, said) == (0, "")


def test_cppcheck_sees(planted):
    status, said = run(*CPPCHECK, planted)
    assert status == 1
    assert "memleak" in said


def test_analyzer():
    """The release build once more, in a folder of its own; a warning is an
    error there."""
    status, said = run("make", "-j2", "CC=gcc -fanalyzer", "B=build/analyzer", "all")
    assert status == 0, said[-3000:]


def test_analyzer_sees(planted):
    status, said = run("gcc", "-fanalyzer", "-O2", "-Werror", "-c", "-o", "/dev/null", planted)
    assert status == 1
    assert "-Werror=analyzer-" in said
