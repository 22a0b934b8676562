"""What watches the site - deploy/observe - asks for what there is: every name
and label of the dashboard and of the rules stands in the live /metrics, and
every number there is looked at."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from client import Client, signup, unique
from numbers_of import Numbers
from stack import TOP, Stack, wait_for

WATCHERS = TOP / "deploy" / "observe"
NAME = re.compile(r"\bpinwall_\w+")
MATCHER = re.compile(r'\b(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
# Prometheus gives them to every series.
OWN_LABELS = {"job", "instance"}


def panels(dashboard):
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def dashboard():
    return json.loads((WATCHERS / "grafana.json").read_text())


def rules():
    whole = yaml.safe_load((WATCHERS / "alerts.yml").read_text())
    return [rule for group in whole["groups"] for rule in group["rules"]]


def queries():
    """(where it stands, the query)."""
    made = [(f"panel {panel['title']}", target["expr"]) for panel in panels(dashboard())
            for target in panel["targets"]]
    return made + [(f"rule {rule['alert']}", rule["expr"]) for rule in rules()]


def named(query):
    """(metric, its matchers, labels it is grouped by) in a query."""
    groups = {label.strip() for part in re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", query)
              for label in part.split(",")} - {"", *OWN_LABELS}
    return [(name[0], MATCHER.findall(name[1] or ""), groups)
            for name in re.findall(r"\b(pinwall_\w+)(\{[^}]*\})?", query)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    backups = tmp_path_factory.mktemp("backups")
    with Stack({"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1, "certificate": "none.pem",
                "backup_dir": backups}) as stack:
        stack.wait_for_cache()
        yield stack
        stack.keep_logs("watchers")


def receive(site, folder):
    """A receiver of the log of Postgres: to Postgres, a standby."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_receivewal"))
    hba = site.dir / "pg" / "pg_hba.conf"
    with open(hba, "a") as file:
        file.write("local replication all scram-sha-256\n")
    site.sql("select pg_reload_conf()")
    dsn = re.sub(r"dbname=\S+ ", "", site.dsn())
    return subprocess.Popen([programs[-1], "-D", folder, "-d", dsn, "--no-loop"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def live(site, tmp_path_factory):
    """The numbers of a site that has done everything, with a standby."""
    ann = signup(site)
    ann.want(201, "POST", "boards/", json={"title": unique()})
    ann.get("pins/")
    wait_for(lambda: Numbers(Client(site).get("/metrics").text).get("up", of="index"))
    before = Numbers(Client(site).get("/metrics").text)
    assert before.get("postgres_standbys") == 0
    assert "pinwall_postgres_lag_seconds" not in before.families
    receiver = receive(site, tmp_path_factory.mktemp("wal"))
    try:
        def both():
            now = Numbers(Client(site).get("/metrics").text)
            return "pinwall_postgres_lag_seconds" in now.families and now
        found = wait_for(both, 20)
        assert found.get("postgres_standbys") == 1
        return found
    finally:
        receiver.kill()
        receiver.wait()


def test_every_query_asks_for_what_there_is(live):
    wrong, labels = [], live.labels()
    for where, query in queries():
        for name, matchers, groups in named(query):
            if name not in labels:
                wrong.append(f"{where}: there is no {name}")
                continue
            unknown = ({label for label, _, _ in matchers} - OWN_LABELS) - labels[name]
            if unknown:
                wrong.append(f"{where}: {name} has no label {unknown}")
            for label, how, value in matchers:
                if label in OWN_LABELS:
                    continue
                values = {s.labels.get(label) for s in live.samples if s.name == name}
                if how == "=" and value not in values:
                    wrong.append(f"{where}: {name} has no {label}={value}")
                if how == "=~" and label != "status" and not all(
                        part in values for part in value.split("|")):
                    wrong.append(f"{where}: {name} has no {label} like {value}")
        known = set().union(*(labels.get(name, set()) for name, _, _ in named(query)))
        unknown = set().union(*(groups for _, _, groups in named(query))) - known
        if unknown:
            wrong.append(f"{where}: grouped by {unknown}")
    assert not wrong, "\n".join(wrong)


def test_every_number_is_looked_at(live):
    asked = {name for _, query in queries() for name in NAME.findall(query)}
    asked |= {name.rsplit("_", 1)[0] for name in asked}
    assert set(live.families) - asked == set()


def test_the_legends_name_labels(live):
    labels = live.labels()
    for panel in panels(dashboard()):
        for target in panel["targets"]:
            known = set().union(OWN_LABELS, *(labels[name] for name, _, _ in
                                              named(target["expr"])))
            assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= known, target


def test_the_dashboard_can_be_imported():
    whole = dashboard()
    assert whole["uid"] == "pinwall" and whole["title"] and whole["schemaVersion"] >= 36
    ids = [panel["id"] for panel in whole["panels"]]
    assert len(ids) == len(set(ids))
    taken = set()
    for panel in whole["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                 for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24 and not cells & taken, panel["title"]
        taken |= cells
    for panel in panels(whole):
        refs = [target["refId"] for target in panel["targets"]]
        assert refs and len(refs) == len(set(refs)), panel["title"]


def test_the_rules_have_their_form():
    """By promtool where there is one."""
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names)) >= 15
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "do"}
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
    scrape = yaml.safe_load((WATCHERS / "prometheus.yml").read_text())
    assert scrape["rule_files"] == ["alerts.yml"]
    assert [job["job_name"] for job in scrape["scrape_configs"]] == ["pinwall"]
    if shutil.which("promtool"):
        subprocess.run(["promtool", "check", "config", "prometheus.yml"], cwd=WATCHERS, check=True)
