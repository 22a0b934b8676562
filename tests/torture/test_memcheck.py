"""What valgrind finds is told (memcheck.py; `make torture-valgrind` is its run)."""

import shutil
import subprocess

import pytest
from memcheck import Watch

PROGRAM = """
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv)
{
	char *volatile p = malloc(8);
	if (argc > 1 && !strcmp(argv[1], "leak"))
		p = NULL;
	if (argc > 1 && !strcmp(argv[1], "over"))
		p[8] = 1;
	if (argc > 1 && !strcmp(argv[1], "abort"))
		abort();
	free(p);
	return 0;
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    if not shutil.which("valgrind"):
        pytest.skip("needs valgrind")
    made = tmp_path_factory.mktemp("memcheck") / "pinwall"
    subprocess.run(["gcc", "-g", "-x", "c", "-", "-o", made], input=PROGRAM, text=True,
                   check=True)
    return made


@pytest.mark.parametrize("how, words", [
    ("good", ""), ("leak", "definitely lost"), ("over", "Invalid write"),
    ("abort", "signal 6 (SIGABRT)")])
def test_what_is_found_is_told(program, how, words, monkeypatch):
    monkeypatch.setenv("PINWALL", str(program))
    watch = Watch()
    subprocess.run([watch.program, how], check=False)
    seen, wrong = watch.judge(set())
    shutil.rmtree(watch.folder)
    assert sum(seen.values()) == 1
    assert bool(wrong) == bool(words) and words in "".join(wrong)
