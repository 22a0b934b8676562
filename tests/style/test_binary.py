"""How the programs are linked: what makes a fault in memory harder to use.

The same that checksec and blhc look at."""

import os
import re
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", params=["pinwall", "pinwall-image"])
def binary(request):
    if "PINWALL" in os.environ:
        return Path(os.environ["PINWALL"]).parent / request.param
    subprocess.run(
        ["make", "-s", "-C", TOP, f"build/release-gcc/{request.param}"], check=True
    )
    return TOP / "build" / "release-gcc" / request.param


def readelf(binary, *options):
    return subprocess.run(
        ["readelf", "-W", *options, binary], capture_output=True, text=True, check=True
    ).stdout


def imports(binary):
    text = readelf(binary, "--dyn-syms")
    return set(re.findall(r"\bUND (\w+)", text))


def test_position_independent(binary):
    assert re.search(r"Type:\s+DYN \(Position-Independent Executable", readelf(binary, "-h"))
    assert re.search(r"\(FLAGS_1\).*\bPIE\b", readelf(binary, "-d"))


def test_full_relro(binary):
    assert "GNU_RELRO" in readelf(binary, "-l")
    dynamic = readelf(binary, "-d")
    assert "BIND_NOW" in dynamic or re.search(r"\(FLAGS_1\).*\bNOW\b", dynamic)


def test_nothing_is_writable_and_executable(binary):
    segments = readelf(binary, "-l")
    assert re.search(r"GNU_STACK\s.*\bRW\s", segments)
    for flags in re.findall(r"^\s+LOAD\s+(?:0x\w+\s+){5}([RWE ]+?)\s+0x", segments, re.M):
        assert not ("W" in flags and "E" in flags)
    assert "TEXTREL" not in readelf(binary, "-d")


def test_no_search_path(binary):
    assert not re.search(r"\((RPATH|RUNPATH)\)", readelf(binary, "-d"))


def test_stack_canary(binary):
    assert "__stack_chk_fail" in imports(binary)


def test_fortified(binary):
    fortified = {name for name in imports(binary) if re.fullmatch(r"__\w+_chk", name)}
    assert {"__snprintf_chk", "__vsnprintf_chk", "__memcpy_chk"} & fortified
    # with a size that is known, the compiler may call snprintf itself
    assert not imports(binary) & {"printf", "fprintf", "vprintf", "vfprintf"}


def test_banned_functions(binary):
    assert not imports(binary) & {
        "strcpy", "strcat", "strncpy", "strncat", "sprintf", "vsprintf", "gets", "strtok",
        "atoi", "atol", "atoll", "atof", "rand", "srand", "random", "tmpnam", "mktemp",
        "system", "popen", "asctime", "ctime", "gmtime", "localtime", "__strcpy_chk",
        "__strcat_chk", "__sprintf_chk", "__vsprintf_chk", "__strncpy_chk", "__strncat_chk",
    }


def test_the_test_sees(tmp_path):
    """A program without all this is told from one with it."""
    source = tmp_path / "a.c"
    source.write_text('#include <stdio.h>\n#include <string.h>\nint main(int c, char **v)'
                      '{ char b[9]; sprintf(b, "%s", v[c - 1]); return strlen(b); }\n')
    weak = tmp_path / "weak"
    subprocess.run(["gcc", "-w", "-no-pie", "-fno-stack-protector", "-z", "execstack",
                    "-Wl,-z,norelro,-rpath,/x", "-o", weak, source], check=True)
    for check in (test_position_independent, test_full_relro, test_no_search_path,
                  test_nothing_is_writable_and_executable, test_stack_canary,
                  test_fortified, test_banned_functions):
        with pytest.raises(AssertionError):
            check(weak)
