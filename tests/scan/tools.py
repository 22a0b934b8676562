"""The scanners: how each is called.  What their reports say is in reports.py.

run() answers what was looked at, the findings and the exit status; to end with a
status that does not mean "done" is a finding.
"""

import json
import os
import re
import subprocess
import time

import exchanges
import reports
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

    def __init__(self, world, folder):
        self.world, self.folder = world, folder

    @classmethod
    def version(cls):
        return package_version(cls.package)

    def call(self, command, log="output.txt", env=None, seconds=None, cwd=None):
        """Runs the tool within its time; its exit status, and what it printed."""
        path = self.folder / log
        with path.open("w") as out:
            status = subprocess.run(
                list(map(str, command)), stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, cwd=cwd or self.folder,
                env={**os.environ, "HOME": str(self.folder), **(env or {})},
                timeout=seconds or self.seconds).returncode
        return status, path.read_text(errors="replace")

    def ended(self, status):
        return [] if status in self.done else [
            Finding(self.name, "exit status", f"{status}, see output.txt")]


class Testssl(Tool):
    name, package, seconds = "testssl", "testssl.sh", 900

    def run(self):
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        status, _ = self.call(["testssl", "--ip", "127.0.0.1", "--warnings", "batch", "--color",
                               "0", "--jsonfile", report, "--add-ca",
                               self.world.site.certificate, self.world.url])
        looked, found = reports.of_testssl(report.read_text())
        # The status counts what it could not do; 242 and more are errors.
        return looked, found + ([] if status < 242 else self.ended(status)), status


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
            return "", self.ended(status), status
        return *reports.of_observatory(text), status


class Prism(Tool):
    name, seconds = "prism", 3600

    @classmethod
    def version(cls):
        return npm_version(NPM / "@stoplight/prism-cli")

    def run(self):
        """The API tests are run with a recorder, and every exchange is then shown
        to `prism proxy`: see exchanges.py."""
        recorded = self.folder / "exchanges.jsonl"
        recorded.unlink(missing_ok=True)
        status, text = self.call(
            ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "exchanges", "-p",
             "no:cacheprovider", *exchanges.suite()], "tests.txt",
            {"PYTHONPATH": f"{TOP}/tests/scan:{TOP}/tests",
             "PINWALL_EXCHANGES": str(recorded)}, cwd=TOP)
        told = exchanges.show(NPM / ".bin/prism", self.world.document, recorded, self.folder)
        looked, found = reports.of_prism(told)
        passed = re.search(r"\d+ passed.*", text)
        if status:
            found.append(Finding(self.name, "tests", passed[0] if passed else "did not run"))
        return looked, found, status


class Wapiti(Tool):
    name, package, seconds = "wapiti", "wapiti", 1200

    def run(self):
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        person = self.world.staff()
        pages = ["/", "/explore", "/pin/1", "/board/1", "/style", "/login", "/swagger"]
        pages += [exchanges.fill(path) for path, methods in
                  json.loads(self.world.document.read_text())["paths"].items()
                  if "get" in methods]
        crawl, attack = ("60", "15") if self.world.brief else ("240", "60")
        status, _ = self.call(
            ["wapiti", "-u", self.world.url + "/", "--scope", "domain", "-m", "all",
             *(word for page in pages for word in ("-s", self.world.url + page)),
             "-H", f"Authorization: JWT {person.token}", "--verify-ssl", "0", "--flush-session",
             "--store-session", self.folder / "session", "--max-scan-time", crawl,
             "--max-attack-time", attack, "-d", "3", "--max-links-per-page", "40", "-S", "normal",
             "--no-bugreport", "-f", "json", "-o", report])
        if not report.exists():
            return "", [Finding(self.name, "exit status", str(status))], status
        looked, found = reports.of_wapiti(report.read_text())
        return looked, found + self.ended(status), status


class Slowhttptest(Tool):
    name, package = "slowhttptest", "slowhttptest"
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
        looked, found, worst = [], [], 0
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
            worst = worst or status
        return "; ".join(looked), found, worst


class Sqlmap(Tool):
    name, package, seconds = "sqlmap", "sqlmap", 7200
    A_ROUTE = 120

    def run(self):
        """Every route of the document, each parameter and member of its body, by
        somebody new who may do everything, as some routes end his session."""
        found, parameters, routes, end = [], 0, 0, time.monotonic() + self.seconds
        level = ["--level", "5" if self.world.full else "1", "--risk",
                 "3" if self.world.full else "1"]
        a_route = self.A_ROUTE * (10 if self.world.full else 1)
        all_of_them = list(exchanges.operations(self.world.document.read_text()))
        for method, path, body in all_of_them[::10 if self.world.brief else 1]:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("sqlmap", self.seconds)
            route, person = f"{method} {path}", self.world.staff()
            try:
                _, text = self.call(
                    ["sqlmap", "-u", self.world.url + exchanges.fill(path, "*"), "--method",
                     method, "--batch", "--disable-coloring", "--flush-session", "--dbms",
                     "PostgreSQL", "--ignore-code", "*", "--drop-set-cookie", "--timeout", "20",
                     "--output-dir", self.folder / "sessions", *level,
                     "-H", f"Authorization: JWT {person.token}",
                     *(["--data", json.dumps(body), "-H", "Content-Type: application/json"]
                       if body else [])],
                    re.sub(r"\W+", "-", route) + ".txt", seconds=a_route)
            except subprocess.TimeoutExpired:
                text = ""
            tested, these = reports.of_sqlmap(route, text)
            parameters, routes, found = parameters + tested, routes + 1, found + these
        return (f"{routes} of {len(all_of_them)} routes, {parameters} parameters, "
                + " ".join(level).replace("--", "")), found, 0


ALL = (Testssl, Observatory, Prism, Wapiti, Slowhttptest, Sqlmap)
