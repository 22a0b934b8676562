"""The scanners: how each is called.  What their reports say is in reports.py.

run() answers what was looked at, and the findings.  To end with a status that does
not mean "done" is a finding, and so is to have seen too little, or only what is
shown to those who are not logged in.
"""

import json
import os
import re
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import document
import reports
import things
from reports import Finding
from stack import TOP

NPM = TOP / "build/scan/npm/node_modules"
OBSERVATORY = NPM / "@mdn/mdn-http-observatory"


def package_version(name):
    return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], check=True,
                          capture_output=True, text=True).stdout


def npm_version(folder):
    return json.loads((folder / "package.json").read_text())["version"]


class Tool:
    name, package, seconds, done = "", "", 600, (0,)
    alone = False  # it measures, and the others would be in its way
    site = True    # it looks at the site that all share
    grace = 5      # seconds that it has to end by itself when its time is over

    def __init__(self, world, folder):
        self.world, self.folder = world, folder

    @classmethod
    def version(cls):
        return package_version(cls.package)

    def call(self, command, log="output.txt", env=None, seconds=None, cwd=None):
        """Runs the tool within its time; its exit status, and what it printed."""
        path = self.folder / log
        with path.open("w") as out, subprocess.Popen(
                list(map(str, command)), stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, cwd=cwd or self.folder,
                env={**os.environ, "HOME": str(self.folder), **(env or {})}) as process:
            try:
                status = process.wait(seconds or self.seconds)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(self.grace)
                except subprocess.TimeoutExpired:
                    process.kill()
                raise
        return status, path.read_text(errors="replace")

    def ended(self, status):
        return [] if status in self.done else [
            Finding(self.name, "exit status", f"{status}, see output.txt")]


class Testssl(Tool):
    # Beside others a connection takes longer than it waits.
    name, package, seconds, alone = "testssl", "testssl.sh", 900, True

    def run(self):
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        status, _ = self.call(["testssl", "--ip", "127.0.0.1", "--warnings", "batch", "--color",
                               "0", "--jsonfile", report, "--add-ca",
                               self.world.site.certificate, self.world.url])
        looked, found = reports.of_testssl(report.read_text())
        # The status counts what it could not do; 242 and more are errors.
        return looked, found + ([] if status < 242 else self.ended(status))


class Observatory(Tool):
    name, seconds = "observatory", 120

    @classmethod
    def version(cls):
        return npm_version(OBSERVATORY)

    def run(self):
        # Its wrapper brings a list of authorities; ours is the site's own.
        status, text = self.call(["node", OBSERVATORY / "src/scan.js",
                                  self.world.url.removeprefix("https://")],
                                 "report.json",
                                 {"NODE_EXTRA_CA_CERTS": self.world.site.certificate})
        if status:
            return "", self.ended(status)
        return reports.of_observatory(text)


class Prism(Tool):
    """The API tests, sent through `prism proxy --errors`: see proxy.py."""

    name, seconds, grace, site, PARTS = "prism", 7200, 120, False, 4
    # All but those that count calls or race each other.
    API = TOP / "tests/api"
    LEFT_OUT = {f"test_{name}.py" for name in ("load", "leaving_race", "all_at_once", "syscalls",
                                          "cache_cost")}

    @classmethod
    def version(cls):
        return npm_version(NPM / "@stoplight/prism-cli")

    def run(self):
        some = os.environ.get("API_TESTS", "").split()
        files = [self.API / name for name in some] or [
            path for path in self.API.glob("test_*.py") if path.name not in self.LEFT_OUT]
        files.sort(key=lambda path: path.stat().st_size, reverse=True)
        # They wait more than they work.
        parts = [part for part in (files[i::self.PARTS] for i in range(self.PARTS)) if part]
        with ThreadPoolExecutor(len(parts)) as beside:
            told = list(beside.map(self.part, range(len(parts)), parts))
        every = document.operations(self.world.document.read_text())
        looked, found = reports.of_prism(
            "".join(report for report, *_ in told),
            () if some else [(method, path) for method, path, *_ in every])
        for _, status, text in told:
            last = text.strip().rpartition("\n")[2]
            found += [Finding(self.name, "tests", last)] if status else []
        return looked, found

    def part(self, number, files):
        """Some of the tests, with a Prism of their own."""
        folder = self.folder / f"{number}"
        folder.mkdir(exist_ok=True)
        report = folder / "report.jsonl"
        report.unlink(missing_ok=True)
        status, text = self.call(
            ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "proxy", "-p", "no:cacheprovider",
             *files], f"{number}/tests.txt",
            {"PYTHONPATH": f"{TOP}/tests/scan:{TOP}/tests",
             "PINWALL_PRISM": str(NPM / ".bin/prism"), "PINWALL_PRISM_FOLDER": str(folder),
             "PINWALL_DOCUMENT": str(self.world.document)}, cwd=TOP)
        return report.read_text(), status, text


class Wapiti(Tool):
    name, package, seconds = "wapiti", "wapiti", 3600

    def run(self):
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        person = self.world.staff()
        pages = ["/", "/explore", "/pin/1", "/board/1", "/style", "/login", "/swagger"]
        # It attacks parameters, where the answer is no refusal: of a made-up cursor it is.
        pages += [document.address(path, {name: made_up.get(name, value) for name, value in
                                          query.items()})
                  for method, path, query, *_ in document.operations(
                      self.world.document.read_text(), things.LEFT_OUT) if method == "GET"
                  for made_up in [things.values_of(path)]]
        crawl, attack = (("60", "15") if self.world.brief else ("600", "120")
                         if self.world.full else ("120", "30"))
        status, _ = self.call(
            ["wapiti", "-u", self.world.url + "/", "--scope", "domain", "-m", "all",
             *(word for page in pages for word in ("-s", self.world.url + page)),
             "-H", f"Authorization: JWT {person.token}", "--verify-ssl", "0", "--flush-session",
             "--store-session", self.folder / "session", "--max-scan-time", crawl,
             "--max-attack-time", attack, "-d", "3", "--max-links-per-page", "40", "-S", "normal",
             "--no-bugreport", "-f", "json", "-o", report])
        if not report.exists():
            return "", [Finding(self.name, "exit status", str(status))]
        looked, found = reports.of_wapiti(report.read_text())
        asked = self.world.known()[0][str(person.user["id"])]
        if asked < len(pages) or person.get("rest-auth/user/").status_code != 200:
            found.append(Finding(self.name, "login", f"known at {asked} requests"))
        return f"{asked:,} requests, {looked}", found + self.ended(status)


class Slowhttptest(Tool):
    name, package, alone = "slowhttptest", "slowhttptest", True
    MODES = {
        "slow headers": ["-H", "-i", "10", "-x", "24"],
        "slow body": ["-B", "-i", "10", "-s", "8192", "-x", "10",
                      "-u", "/api/rest-auth/login/"],
        "range": ["-R", "-a", "10", "-b", "3000"],
        "slow read": ["-X", "-k", "3", "-n", "5", "-w", "512", "-y", "1024", "-z", "32"],
    }

    def run(self):
        connections = "500" if self.world.full else "200"
        length = 60 if self.world.full else 30
        looked, found = [], []
        for mode, options in self.MODES.items():
            prefix = self.folder / mode.replace(" ", "-")
            path = options[options.index("-u") + 1] if "-u" in options else "/"
            options = [word for word in options if word not in ("-u", path)]
            status, _ = self.call(
                ["slowhttptest", *options, "-u", self.world.url + path, "-c", connections, "-r",
                 "50", "-l", length, "-p", "5", "-g", "-o", prefix, "-v", "1"],
                f"{prefix.name}.txt", seconds=length + 120)
            told, these = reports.of_slowhttptest(mode, prefix.with_suffix(".csv").read_text())
            looked.append(told)
            found += these + self.ended(status)
        return "; ".join(looked), found


class Sqlmap(Tool):
    name, package, seconds = "sqlmap", "sqlmap", 7200
    A_ROUTE, LEAST = 120, 0.8

    def run(self):
        """Every route of the document, each parameter and member of its body, by
        somebody new who may do everything and has what the route is about."""
        every = list(document.operations(self.world.document.read_text(), things.LEFT_OUT))
        asked = every[::10 if self.world.brief else 1]
        end = time.monotonic() + self.seconds
        with ThreadPoolExecutor(os.cpu_count()) as some:
            told = list(some.map(lambda one: self.a_route(*one[:4], end), asked))
        known, served = self.world.known()
        parameters, found, good = 0, [], 0
        for (method, path, _, _, takes_login), (tested, these, person) in zip(asked, told):
            user = str(person.user["id"]) if takes_login else "0"
            parameters, found = parameters + tested, found + these
            good += (method, path, user) in served
            if not known[user]:
                found.append(Finding(self.name, "login", f"{method} {path}: asked by nobody"))
        if good < len(asked) * self.LEAST:
            found.append(Finding(self.name, "looked at", f"{good} routes served anything"))
        return (f"{len(asked)} of {len(every)} routes, {good} of them served what was asked, "
                f"{parameters} parameters, " + " ".join(self.level()).replace("--", "")), found

    def level(self):
        return ["--level", "5" if self.world.full else "1", "--risk",
                "3" if self.world.full else "1"]

    def a_route(self, method, path, query, body, end):
        route, person = f"{method} {path}", self.world.staff()
        folder = self.folder / re.sub(r"\W+", "-", route)
        folder.mkdir(exist_ok=True)
        if time.monotonic() > end:
            return 0, [Finding(self.name, "time", f"{route}: its turn did not come")], person
        try:
            values = things.made_for(person, path)
        except Exception as e:
            return 0, [Finding(self.name, "things", f"{route}: {type(e).__name__}: {e}")], person
        sent = json.dumps({name: values.get(name, value) for name, value in body.items()})
        try:
            _, text = self.call(
                ["sqlmap", "-u", self.world.url + document.address(path, query, values, "*"),
                 "--method", method, "--batch", "--disable-coloring", "--flush-session", "--dbms",
                 "PostgreSQL", "--ignore-code", "*", "--drop-set-cookie", "--timeout", "20",
                 # No more, or one route takes the time of all.
                 "--union-cols", "1-20", "--output-dir", folder, *self.level(),
                 "-H", f"Authorization: JWT {person.token}",
                 # Pages of the site, that is; for all that carries cookies.
                 "-H", "X-Requested-With: pinwall", "-H", f"Origin: {self.world.url}",
                 *(["--data", sent, "-H", "Content-Type: application/json"] if body else [])],
                f"{folder.name}.txt", {"HOME": str(folder)},
                self.A_ROUTE * (10 if self.world.full else 1))
        except subprocess.TimeoutExpired:
            text = (self.folder / f"{folder.name}.txt").read_text(errors="replace")
        return *reports.of_sqlmap(route, text), person


ALL = (Testssl, Observatory, Prism, Wapiti, Slowhttptest, Sqlmap)
