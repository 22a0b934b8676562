"""Scanners that others wrote, against the site of production: `make scan`.

All of it runs in a network namespace of its own, in which there is nothing but
loopback, so that no tool can reach anything else, and in which the site has its
name and the ports 80 and 443.  Each tool leaves its report in build/scan, is
stopped after its time, and has a line in the table, which is also written to
build/scan/table.md, and to the README when all of them ran, over everything.  A
finding that explained.toml does not explain fails the run, and so does a tool that
did not run; an explanation without a finding is told.

Prism, which has sites of its own, runs beside the others; who measures time runs
when all have ended.
"""

import argparse
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
OUT = TOP / "build/scan"
sys.path[:0] = [str(HERE), str(HERE.parent)]

import client as tools_of_api  # noqa: E402
import marks  # noqa: E402
import tools  # noqa: E402
from reports import Explained, Finding  # noqa: E402
from stack import Stack  # noqa: E402
from tls import TlsSite  # noqa: E402

HOST = "pinwall.example"
HOW = {"full", "brief"}
INSIDE = "PINWALL_SCAN_INSIDE"
LINE = re.compile(r" method=(\w+) route=(\S+) status=(\d+) .* user=(\d+) ")
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


    def known(self):
        """Of the log: how often each person was known, by id ("0": nobody); and what
        was served, as (method, route, person)."""
        known, served = Counter(), set()
        with (self.stack.log_dir / "pinwall.log").open(errors="replace") as log:
            for method, route, status, user in (line.groups() for line in map(LINE.search, log)
                                                if line):
                known[user] += 1
                if status < "400":
                    served.add((method, route, user))
        return known, served


def look(tool, world):
    """The line of one tool; whatever stops it is a finding."""
    print(f"== {tool.name}", flush=True)
    folder, begin = OUT / tool.name, time.monotonic()
    folder.mkdir(exist_ok=True)
    looked, version = "", ""
    try:
        version = tool.version()
        looked, found = tool(world, folder).run()
    except subprocess.TimeoutExpired as e:
        found = [Finding(tool.name, "time", f"not done in {e.timeout:g} s")]
    except Exception as e:
        found = [Finding(tool.name, "did not run", f"{type(e).__name__}: {e}")]
    seconds = time.monotonic() - begin
    print(f"== {tool.name}: {seconds:.0f} s", flush=True)
    return [tool.name, version, looked, found, seconds]


def scan(world, wanted):
    """The lines of the tools."""
    chosen = [tool for tool in tools.ALL if tool.name in wanted]
    lanes = ([tool for tool in chosen if tool.site and not tool.alone],
             [tool for tool in chosen if not tool.site])
    with ThreadPoolExecutor(len(lanes)) as beside:
        lines = list(beside.map(lambda lane: [look(tool, world) for tool in lane], lanes))
    lines.append([look(tool, world) for tool in chosen if tool.alone])
    order = [tool.name for tool in tools.ALL]
    return sorted((line for lane in lines for line in lane), key=lambda line: order.index(line[0]))


def table(lines, explained):
    """Markdown; a list of findings without explanation."""
    rows = ["| tool | version | looked at | minutes | findings | explained |",
            "|---|---|---|---|---|---|"]
    open_ones = []
    for name, version, looked, these, seconds in lines:
        left = [finding for finding in these if not explained.reason(finding)]
        open_ones += left
        rows.append(f"| {name} | {version} | {looked} | {seconds / 60:.1f} | {len(these)} "
                    f"| {len(these) - len(left)} |")
    return "\n".join(rows) + "\n", open_ones


def when(how, minutes):
    """A line below the table."""
    command = " ".join(["make scan", *(f"SCAN={word}" for word in how)])
    return (f"{time.strftime('%-d %B %Y')}, `{command}`: "
            f"{minutes:.0f} minutes on {os.cpu_count()} processors, "
            f"Linux {platform.release().partition('-')[0]}.\n")


def is_whole(how, wanted):
    """All tools, over everything."""
    return (wanted == {tool.name for tool in tools.ALL} and "brief" not in how
            and not os.environ.get("API_TESTS"))


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
    # Not to be ignored by the tools, as it is by what a shell runs in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    OUT.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    explained = Explained((HERE / "explained.toml").read_text())
    with Stack(SETTINGS) as stack, TlsSite(stack, False, HOST, (80, 443)) as site:
        stack.command("demo", stack.dir, timeout=1800)
        lines = scan(World(stack, site, how), wanted)
        stack.keep_logs("scan")
    text, open_ones = table(lines, explained)
    text += "\n" + when(how, (time.monotonic() - begin) / 60)
    (OUT / "table.md").write_text(text)
    (OUT / "findings.txt").write_text("".join(
        f"{finding}\n" for line in lines for finding in line[3]))
    if is_whole(how, wanted):
        marks.put("scan", text)
    print(text)
    for row in explained.unused(wanted):
        print(f"explained, but not found: {row['tool']}: {row['id'].pattern}: "
              f"{row['what'].pattern}")
    for finding in open_ones:
        print(f"not explained: {finding}")
    return bool(open_ones)


if __name__ == "__main__":
    sys.exit(main())
