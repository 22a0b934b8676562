"""What the scanners' reports say: text in, findings out.  And which findings
are explained (explained.toml)."""

import csv
import io
import json
import re
import tomllib
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    tool: str
    id: str  # the tool's own name of what it asked
    what: str  # in its words, and where

    def __str__(self):
        return f"{self.tool}: {self.id}: {self.what}"


def too_few(tool, what, least):
    """That it ended well does not mean that it has looked."""
    return [] if len(what) >= least else [
        Finding(tool, "looked at", f"{len(what)} things, not {least}")]


def of_testssl(text, least=100):
    """Everything that is worse than OK and INFO, warnings of the tool included."""
    rows = json.loads(text)
    found = [Finding("testssl", row["id"], f"{row['severity']}: {row['finding']}")
             for row in rows if row["severity"] not in ("OK", "INFO")]
    found += too_few("testssl", rows, least)
    return f"{len(rows)} answers about TLS", found


def of_observatory(text, least=130):
    """Every test that did not pass, and a score below that of A+ with room."""
    report = json.loads(text)
    scan, tests = report["scan"], report["tests"]
    found = [Finding("observatory", name, test["result"])
             for name, test in tests.items() if not test["pass"]]
    found += too_few("observatory", tests, 10)
    if scan["score"] < least:
        found.append(Finding("observatory", "score", f"{scan['score']}, not {least}"))
    return f"{len(tests)} tests: {scan['score']} ({scan['grade']})", found


def of_prism(text, routes=()):
    """One line an exchange of the API tests: what was asked, which status the site
    answered, and what Prism says of both (null: it did not see it).  A request that
    the site refused may well be none of the document's; one that it served may not.
    routes: those that must be among them."""
    exchanges, past, found, seen = 0, 0, set(), set()
    for row in map(json.loads, text.splitlines()):
        if row["violations"] is None:
            past += 1
            continue
        exchanges += 1
        seen.add((row["method"], row["route"]))
        where = f"{row['method']} {row['route']} {row['status']}"
        for told in row["violations"]:
            place, code = told["location"], told.get("code", "")
            if place[0] == "response" or row["status"] < 400:
                # which element of a list it was is not said
                at = ".".join("*" if str(part).isdigit() else str(part) for part in place)
                found.add(Finding("prism", f"{place[0]}: {code}",
                                  f"{where}: {at}: {told['message']}"))
    found |= {Finding("prism", "not seen", " ".join(route)) for route in set(routes) - seen}
    return (f"{exchanges:,} exchanges of {len(seen)} routes ({past} past it)",
            sorted(found) + too_few("prism", seen, 1))


def of_wapiti(text):
    """Vulnerabilities, and anomalies: answers of 500, and none in time."""
    report = json.loads(text)
    found = set()
    for part in ("vulnerabilities", "anomalies"):
        for name, rows in report[part].items():
            for row in rows:
                place = re.sub(r"=[^&]*", "=", row["path"])
                found.add(Finding("wapiti", name, f"{row['method']} {place}: {row['info']}"))
    kinds = report["classifications"]
    return f"{len(kinds)} kinds of finding", sorted(found) + too_few("wapiti", kinds, 20)


def of_slowhttptest(mode, text):
    """Seconds, Closed, Pending, Connected, Service Available: the probe must be
    answered within its time at every second."""
    rows = [{key.strip(): int(value) for key, value in row.items() if key and value.strip()}
            for row in csv.DictReader(io.StringIO(text))]
    if not rows:
        return "nothing", [Finding("slowhttptest", mode, "no second was measured")]
    lost = [row["Seconds"] for row in rows if not row["Service Available"]]
    most = max(row["Connected"] for row in rows)
    found = [Finding("slowhttptest", mode, f"no answer at second {lost[0]}")] if lost else []
    if not most:
        found.append(Finding("slowhttptest", mode, "no connection was made"))
    return (f"{mode}: {most} at once for {rows[-1]['Seconds']} s, "
            f"{rows[-1]['Connected']} of them left"), found


NONE_INJECTABLE = re.compile(r"all tested parameters do not appear to be injectable"
                             r"|no parameter\(s\) found for testing")
# What "appears to be injectable" before this may prove to be a false positive.
INJECTABLE = re.compile(r"identified the following injection point.*\n(?:---\n)?(.*)")


def of_sqlmap(route, text):
    """The output of one route: how many parameters were tested, and the findings.
    To have ended without a verdict is one."""
    tested = len(set(re.findall(r"testing if (.*parameter '[^']+') is dynamic", text)))
    found = INJECTABLE.search(text)
    if found:
        return tested, [Finding("sqlmap", "injectable", f"{route}: {found[1].strip()}")]
    if NONE_INJECTABLE.search(text):
        return tested, []
    last = [line[11:] for line in text.splitlines() if "[CRITICAL]" in line]
    return tested, [Finding("sqlmap", "no verdict", f"{route}: {last[-1] if last else 'cut off'}")]


class Explained:
    """The list of findings that are explained, checked to be well-formed."""

    def __init__(self, text):
        self.rows = tomllib.loads(text)["explained"]
        for row in self.rows:
            wrong = set(row) ^ {"tool", "id", "what", "reason"}
            assert not wrong, f"{row}: {wrong}"
            assert all(isinstance(value, str) and value for value in row.values()), row
            row["id"], row["what"] = re.compile(row["id"]), re.compile(row["what"])
        self.used = Counter()

    def reason(self, finding):
        """Why the finding is none, or None.  Both expressions match from end to end."""
        for i, row in enumerate(self.rows):
            if (row["tool"] == finding.tool and row["id"].fullmatch(finding.id)
                    and row["what"].fullmatch(finding.what)):
                self.used[i] += 1
                return row["reason"]
        return None

    def unused(self, tools):
        """Explanations of what these tools did not find."""
        return [row for i, row in enumerate(self.rows)
                if row["tool"] in tools and not self.used[i]]
