"""Scanners that others wrote, against the site of production: `make scan`.

All of it runs in a network namespace of its own, in which there is nothing but
loopback, so that no tool can reach anything else, and in which the site has its
name and the ports 80 and 443.  Each tool leaves its report in build/scan, is
stopped after its time, and has a line in the table, which is also written to
build/scan/table.md.  A finding that explained.toml does not explain fails the
run; an explanation without a finding is told.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
OUT = TOP / "build/scan"
sys.path[:0] = [str(HERE), str(HERE.parent)]

import client as tools_of_api  # noqa: E402
import tools  # noqa: E402
from reports import Explained, Finding  # noqa: E402
from stack import Stack  # noqa: E402
from tls import TlsSite  # noqa: E402

HOST = "pinwall.example"
HOW = {"full", "brief"}
INSIDE = "PINWALL_SCAN_INSIDE"
SETTINGS = {"limit_scale": 1000000, "hash_kb": 64, "hash_ops": 1, "access_s": 3600,
            "public_url": f"https://{HOST}"}


def enter():
    """Starts this program again where there is no network; not to return."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    os.execvpe("unshare", ["unshare", *user, "--net", "--mount", "--", sys.executable,
                           str(Path(__file__).resolve()), *sys.argv[1:]],
               {**os.environ, INSIDE: "1"})


def name_the_site():
    """Loopback, and the name, in this namespace only."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.NamedTemporaryFile("w") as hosts:
        hosts.write(f"127.0.0.1 localhost {HOST}\n")
        hosts.flush()
        os.chmod(hosts.name, 0o644)
        subprocess.run(["mount", "--bind", hosts.name, "/etc/hosts"], check=True)


class World:
    """The site, who may do everything on it, and its document."""

    def __init__(self, stack, site, how):
        self.stack, self.site = stack, site
        self.full, self.brief = "full" in how, "brief" in how
        self.url = f"https://{HOST}"
        self.document = OUT / "openapi.json"
        self.document.write_text(tools_of_api.Client(stack).request("GET", "openapi.json").text)

    def staff(self):
        """Somebody new who may do everything."""
        person = tools_of_api.signup(self.stack)
        self.stack.run("user", "staff", person.username)
        return person


def scan(world, wanted):
    """One tool after another; its lines of the table, and what was found."""
    lines, found = [], []
    for tool in tools.ALL:
        if tool.name not in wanted:
            continue
        print(f"== {tool.name}", flush=True)
        folder = OUT / tool.name
        folder.mkdir(exist_ok=True)
        try:
            looked, these, status = tool(world, folder).run()
        except subprocess.TimeoutExpired as e:
            looked, status = "", "stopped"
            these = [Finding(tool.name, "time", f"not done in {e.timeout:g} s")]
        lines.append([tool.name, tool.version(), looked, these, status])
        found += these
    return lines, found


def table(lines, explained):
    """Markdown; a list of findings without explanation."""
    rows = ["| tool | version | looked at | findings | explained | exit status |",
            "|---|---|---|---|---|---|"]
    open_ones = []
    for name, version, looked, these, status in lines:
        left = [finding for finding in these if not explained.reason(finding)]
        open_ones += left
        rows.append(f"| {name} | {version} | {looked} | {len(these)} "
                    f"| {len(these) - len(left)} | {status} |")
    return "\n".join(rows) + "\n", open_ones


def main():
    names = [tool.name for tool in tools.ALL]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tools", nargs="*", choices=[*sorted(HOW), *names, []],
                        help="full: all that they know; brief: a sample")
    words = set(parser.parse_args().tools)
    how, wanted = words & HOW, words - HOW or set(names)
    if INSIDE not in os.environ:
        enter()
    name_the_site()
    os.nice(19)
    OUT.mkdir(parents=True, exist_ok=True)
    explained = Explained((HERE / "explained.toml").read_text())
    with Stack(SETTINGS) as stack, TlsSite(stack, False, HOST, (80, 443)) as site:
        stack.command("demo", stack.dir)
        lines, found = scan(World(stack, site, how), wanted)
        stack.keep_logs("scan")
    text, open_ones = table(lines, explained)
    (OUT / "table.md").write_text(text)
    (OUT / "findings.txt").write_text("".join(f"{finding}\n" for finding in sorted(found)))
    print(text)
    for row in explained.unused(wanted):
        print(f"explained, but not found: {row['tool']}: {row['id'].pattern}: "
              f"{row['what'].pattern}")
    for finding in open_ones:
        print(f"not explained: {finding}")
    return bool(open_ones)


if __name__ == "__main__":
    sys.exit(main())
