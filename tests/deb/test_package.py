"""The package itself."""

import subprocess

import pytest

from conftest import BARE, TOP


def test_lintian_finds_nothing():
    deb = next((TOP / "build/deb").glob("pinwall_*.deb"))
    done = subprocess.run(["lintian", "--fail-on", "error,warning", "--allow-root", deb],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


made = pytest.mark.skipif(not BARE.exists(), reason="make test-deb makes the machine, as root")


@made
def test_a_package_that_was_installed_has_done_nothing_yet():
    for name in ("etc/pinwall", "etc/nginx/sites-enabled/pinwall", "etc/postgresql/15/pinwall"):
        assert not (BARE / name).exists(), name
    for name in ("media", "spool", "mail"):
        assert (BARE / "var/lib/pinwall" / name).is_dir()


@made
def test_no_path_of_where_it_was_built():
    for name in ("usr/bin/pinwall", "usr/lib/pinwall", "usr/share/pinwall/deploy",
                 "usr/share/pinwall/nginx", "usr/lib/systemd/system/pinwall-app.service"):
        done = subprocess.run(["grep", "-rlF", str(TOP), BARE / name], capture_output=True,
                              text=True, check=False)
        assert done.stdout == "", done.stdout
