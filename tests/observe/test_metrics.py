"""What an operator sees: /healthz, /readyz, /metrics, /api/speed, and the lines
of the log."""

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import calls
import fastcgi
import pytest
import requests
from client import Client, picture, signup, unique
from numbers_of import Numbers
from stack import TOP, Stack, wait_for

READY = {"status": "ok", "postgres": "ok", "redis": "ok", "cache": "ok", "index": "ok",
         "media": "ok", "spool": "ok"}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A certificate that ends in thirty days, and a folder of backups."""
    folder = tmp_path_factory.mktemp("observe")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=pins.test",
                    "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def site(files):
    with Stack({"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1, "slow_ms": 300,
                "fast_workers": 3, "certificate": files / "cert.pem",
                "backup_dir": files / "backups"}) as stack:
        stack.wait_for_cache()
        yield stack
        stack.keep_logs("observe")


@pytest.fixture(scope="module")
def ann(site):
    return signup(site)


def numbers(site):
    return Numbers(Client(site).get("/metrics").text)


def difference(site, name, ask, **labels):
    before = numbers(site).get(name, **labels)
    ask()
    return numbers(site).get(name, **labels) - before


# Metrics.

def test_they_are_told_on_this_machine_alone(site):
    answer = Client(site).get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    for address, status in (("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 404), ("", 404)):
        with fastcgi.Connection(site.dir / "run" / "fast.sock") as connection:
            connection.send(fastcgi.request("GET", "/api/metrics", REMOTE_ADDR=address))
            answer = connection.answer()
        assert answer.status == status and (b"cache" in answer.body) == (status == 200)


def test_the_form_is_that_of_prometheus(site, ann):
    """By the parser of its Python client and by rules of its own; by promtool
    where there is one."""
    ann.get("pins/")
    text = Client(site).get("/metrics").text
    found = Numbers(text)
    assert len(found.families) > 30
    for family in found.families.values():
        assert family.documentation.strip() and family.type in ("counter", "gauge", "histogram")
    found.check_histograms()
    assert text.count("# TYPE ") == text.count("# HELP ") == len(found.families)
    lines = [line.rpartition(" ")[0] for line in text.splitlines() if line[0] != "#"]
    assert len(lines) == len(set(lines)), "a series is told twice"
    promtool = shutil.which("promtool")
    if promtool:
        subprocess.run([promtool, "check", "metrics"], input=text, text=True, check=True)


def test_requests_are_counted_by_route_and_status(site, ann):
    reader = Client(site)
    pin = ann.upload("pins/", "Counted", picture())["id"]
    one = {"method": "GET", "route": "/pins/{pin}"}

    def ask():
        for _ in range(7):
            reader.want(200, "GET", f"pins/{pin}/")
        for _ in range(3):
            reader.want(404, "GET", "pins/999999999/")
        reader.want(404, "GET", "no/such/thing")

    before = numbers(site)
    ask()
    after = numbers(site)
    for labels, wanted in (({**one, "status": "200"}, 7), ({**one, "status": "404"}, 3),
                           ({"method": "-", "route": "-", "status": "404"}, 1)):
        assert after.get("requests_total", **labels) - \
            before.get("requests_total", **labels) == wanted
    assert after.get("request_seconds_count", **one) - \
        before.get("request_seconds_count", **one) == 10
    spent = after.get("request_seconds_sum", **one) - before.get("request_seconds_sum", **one)
    assert 0 < spent < 10


def test_a_slow_request_is_in_the_right_bucket(site, ann):
    """One that waits half a second for a lock."""
    pin = ann.upload("pins/", "Held", picture())["id"]
    labels = {"method": "PATCH", "route": "/pins/{pin}"}
    connection = site.connect()
    connection.autocommit = False
    connection.cursor().execute("select from pin where id = %s for update", [pin])
    before = numbers(site)
    threading.Timer(0.6, connection.rollback).start()
    ann.want(200, "PATCH", f"pins/{pin}/", json={"title": "Held no more"})
    after = numbers(site)

    def grown(le):
        return after.get("request_seconds_bucket", le=le, **labels) - \
            before.get("request_seconds_bucket", le=le, **labels)

    assert grown("0.2") == 0 and grown("+Inf") == 1
    assert after.get("postgres_seconds_bucket", what="statement", le="0.2") < \
        after.get("postgres_seconds_count", what="statement")
    # both have lines of their own, by names
    log = wait_for(lambda: "slow-request" in site.log() and site.log())
    line, = [x for x in log.splitlines() if "slow-request" in x and "/pins/{pin}" in x]
    name = re.search(r"slow-request id=(\w{32}) route=/pins/\{pin\} status=200 us=(\d+) "
                     r"pg_us=(\d+) redis_us=\d+$", line)
    assert int(name[2]) >= int(name[3]) >= 300_000
    statement, = re.findall(rf"slow-statement request={name[1]} name=(\w+) us=\d+$", log, re.M)
    assert statement.startswith("q_pins_")


def test_calls_outside_are_measured(site, ann):
    reader = Client(site)
    for name, labels in (("postgres_seconds_count", {"what": "statement"}),
                         ("postgres_seconds_count", {"what": "end"}),
                         ("redis_seconds_count", {"of": "state"}),
                         ("redis_seconds_count", {"of": "cache"})):
        assert difference(site, name, lambda: ann.want(
            201, "POST", "boards/", json={"title": unique("Measured ")}), **labels) >= 1, name
    reader.get("pins/")
    assert numbers(site).get("redis_seconds_count", of="guard") > 0


def test_pools_and_ends_of_processes(site):
    found = numbers(site)
    assert {role: found.get("processes", role=role) for role in
            ("fast", "slow", "jobs", "long", "index", "guard", "fetch", "image")} == {
        "fast": 3, "slow": 2, "jobs": 1, "long": 1, "index": 1, "guard": 1, "fetch": 1,
        "image": 1}
    assert found.get("processes_busy", role="fast") >= 1  # who answers this
    assert found.get("process_resident_bytes", role="fast") > 3_000_000
    victim = calls.workers(site, "jobs")[0]
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: numbers(site).get("process_ends_total", role="jobs", how="died") == 1)
    wait_for(lambda: numbers(site).get("processes", role="jobs") == 1)


def test_busy_workers(site, ann):
    """Who waits for a lock is busy.  Who asks for the numbers may come upon
    that worker, and asks another then."""
    connection = site.connect()
    connection.autocommit = False
    connection.cursor().execute("lock table board in access exclusive mode")
    asker = threading.Thread(target=lambda: ann.post("boards/", json={"title": unique()}))
    asker.start()

    def are_busy():
        try:
            text = Client(site).get("/metrics", timeout=0.5).text
        except requests.Timeout:
            return False
        return Numbers(text).get("processes_busy", role="fast") >= 2

    try:
        wait_for(are_busy, 20)
    finally:
        connection.rollback()
        asker.join()


def test_the_queue(site):
    """By kind: what is due, for how long, and what is dead."""
    site.sql("insert into job (kind, run_at, dead_at) values ('mail', now(), now()), "
             "('purge_trash', now() + interval '1 hour', null)")
    (jobs,) = calls.workers(site, "jobs")
    os.kill(jobs, signal.SIGSTOP)
    try:
        site.sql("insert into job (kind, run_at) "
                 "values ('sweep_tokens', now() - interval '100 s')")
        found = numbers(site)
        assert found.get("jobs", kind="mail", state="dead") == 1
        assert found.get("jobs", kind="purge_trash", state="later") == 1
        assert found.get("jobs", kind="sweep_tokens", state="due") == 1
        assert 100 <= found.get("job_oldest_seconds", kind="sweep_tokens") < 160
        assert found.get("job_oldest_seconds", kind="mail") == 0
        site.sql("update schedule set next_at = now() - interval '90 s' "
                 "where kind = 'check_counters'")
        assert numbers(site).get("schedule_late_seconds") >= 90
    finally:
        os.kill(jobs, signal.SIGCONT)
    wait_for(lambda: numbers(site).get("schedule_late_seconds") == 0, 30)
    wait_for(lambda: numbers(site).get("jobs", kind="sweep_tokens", state="due") == 0, 30)
    site.sql("delete from job where kind in ('mail', 'purge_trash')")


def test_the_index(site, ann):
    pin = ann.upload("pins/", "Indexed #oak", picture())["id"]
    count = "select count(*) from item where kind = 'pin' and deleted_at is null"
    wait_for(lambda: numbers(site).get("index_documents") == site.sql(count)[0][0])
    found = numbers(site)
    assert found.get("index_bytes") > 0 and found.get("index_words") > 0
    (index,) = calls.workers(site, "index")
    os.kill(index, signal.SIGSTOP)
    try:
        ann.want(200, "PATCH", f"pins/{pin}/", json={"title": "Indexed anew"})
        wait_for(lambda: numbers(site).get("index_wait_seconds") > 0.5)
    finally:
        os.kill(index, signal.SIGCONT)
    wait_for(lambda: numbers(site).get("index_wait_seconds") == 0)


def test_the_lease(site):
    (guard,) = calls.workers(site, "guard")
    assert numbers(site).get("cache_lease") == 1
    os.kill(guard, signal.SIGSTOP)
    try:
        wait_for(lambda: numbers(site).get("cache_lease") == 0, 10)
        assert Client(site).want(200, "GET", "/readyz")["cache"] in ("ok", "no lease")
        wait_for(lambda: Client(site).want(200, "GET", "/readyz")["cache"] == "no lease", 5)
    finally:
        os.kill(guard, signal.SIGCONT)
    site.wait_for_cache()
    assert numbers(site).get("cache_lease") == 1


def test_disks_certificate_backup_build(site, files):
    found, disk = numbers(site), os.statvfs(site.media_dir)
    for of in ("media", "spool", "index"):
        assert found.get("disk_size_bytes", of=of) > found.get("disk_free_bytes", of=of) > 0
    assert found.get("disk_size_bytes", of="media") == disk.f_blocks * disk.f_frsize
    thirty_days = time.time() + 30 * 86400
    assert abs(found.get("certificate_end_seconds") - thirty_days) < 3600
    assert found.get("backup_last_seconds") == 0
    begin = int(time.time())
    subprocess.run([site.program, "backup", "--conf", site.conf, files / "backups"],
                   env=site.environment(), check=True, capture_output=True)
    assert begin <= numbers(site).get("backup_last_seconds") <= time.time()
    os.utime(next((files / "backups" / "backups").iterdir()), (1_700_000_000, 1_700_000_000))
    assert numbers(site).get("backup_last_seconds") == 1_700_000_000
    newest = sorted((TOP / "sql" / "migrations").glob("*.sql"))[-1].name[:4]
    (build,) = found.families["pinwall_build_info"].samples
    assert build.value == 1 and build.labels["schema"] == newest
    (files / "cert.pem").write_text("-----BEGIN CERTIFICATE-----\nMIIB\n")
    assert numbers(site).get("certificate_end_seconds") == 0


# Readiness.

def test_ready(site):
    wait_for(lambda: Client(site).want(200, "GET", "/readyz") == READY, 15)
    assert Client(site).want(200, "GET", "/healthz") == {"status": "ok"}


def test_probes_are_no_load(site):
    """However often it is asked, a host is looked at about once a second."""
    reader, began = Client(site), time.monotonic()
    before = numbers(site).get("postgres_seconds_count", what="statement")
    for _ in range(300):
        reader.want(200, "GET", "/readyz")
    seconds = time.monotonic() - began
    used = numbers(site).get("postgres_seconds_count", what="statement") - before
    # jobs and the index ask for themselves now and then: some three a second
    assert used <= 10 + 6 * seconds, (used, seconds)


def test_what_is_low_or_missing_is_told_and_serves(site):
    site.reload(disk_low_mb=1048576)
    wait_for(lambda: Client(site).want(200, "GET", "/readyz")["media"] == "low", 20)
    site.reload(disk_low_mb=1)
    wait_for(lambda: Client(site).want(200, "GET", "/readyz")["media"] == "ok", 20)
    aside = site.spool_dir.with_name("aside")
    site.spool_dir.rename(aside)
    try:
        wait_for(lambda: Client(site).want(200, "GET", "/readyz")["spool"] == "missing", 5)
    finally:
        aside.rename(site.spool_dir)


def test_redis_is_away(site):
    site.kill("redis")
    site.kill("cache")
    wait_for(lambda: Client(site).want(200, "GET", "/readyz")["redis"] == "unreachable", 5)
    assert Client(site).want(200, "GET", "/readyz")["cache"] == "unreachable"
    found = numbers(site)
    assert [found.get("up", of=of) for of in ("postgres", "redis", "cache", "index")] == \
        [1, 0, 0, 1]
    assert found.get("cache_lease") == 0
    site.start()
    site.wait_for_cache()
    wait_for(lambda: Client(site).want(200, "GET", "/readyz") == READY, 15)


def test_postgres_is_away(site):
    """503 and why; numbers go on without those of Postgres."""
    server = site.pids()["pg"]
    os.kill(server, signal.SIGINT)
    wait_for(lambda: not Path(f"/proc/{server}").exists(), 30)
    try:
        wait_for(lambda: Client(site).get("/readyz").status_code == 503, 5)
        answer = Client(site).get("/readyz")
        assert answer.json()["status"] == "not ready"
        assert answer.json()["postgres"] == "unreachable" and answer.json()["redis"] == "ok"
        found = numbers(site)
        assert found.get("up", of="postgres") == 0 and found.get("up", of="redis") == 1
        assert "pinwall_jobs" not in found.families
        assert found.get("requests_total", method="GET", route="/readyz", status="503") >= 1
    finally:
        site.start()
    wait_for(lambda: Client(site).get("/readyz").status_code == 200, 20)


# Speed.

def test_speed_is_that_of_the_last_minutes(site, ann):
    reader = Client(site)
    before = {kind["kind"]: kind for kind in reader.want(200, "GET", "speed")["kinds"]}
    pin = ann.upload("pins/", "Fast", picture())["id"]
    for _ in range(20):
        reader.want(200, "GET", f"pins/{pin}/")
        reader.want(200, "GET", "pins/")
    reader.get("/")
    ann.want(201, "POST", "boards/", json={"title": "Fast"})
    told = reader.want(200, "GET", "speed")
    assert set(told) == {"seconds", "requests_per_second", "hit_share", "kinds"}
    assert 0 < told["seconds"] <= 360 and told["requests_per_second"] > 0
    assert 0 < told["hit_share"] <= 1
    after = {kind["kind"]: kind for kind in told["kinds"]}
    grown = {name: after[name]["requests"] - before[name]["requests"] for name in after}
    assert grown["page"] == 1 and grown["one"] >= 20 and grown["list"] >= 20
    assert grown["write"] == 1 and grown["heavy"] == 1
    for kind in told["kinds"]:
        assert set(kind) == {"kind", "requests", "p50_ms", "p95_ms", "p99_ms"}
        assert 0 < kind["p50_ms"] <= kind["p95_ms"] <= kind["p99_ms"]
    assert reader.get("/metrics").status_code == 200  # is of no kind
    assert {k["kind"]: k["requests"] for k in reader.want(200, "GET", "speed")["kinds"]} == {
        name: kind["requests"] for name, kind in after.items()}


# Requests and their ids.

def test_every_answer_has_the_id_of_its_lines(site, ann):
    reader, answers = Client(site), {}
    for path in ("/", "/robots.txt", "/healthz", "/nowhere", "/media/none.png", "pins/",
                 "pins/0/", "nothing", "/swagger", "/about/speed", "/api/" + "x" * 9000):
        answer = reader.get(path)
        answers[answer.headers["X-Request-Id"]] = path, answer
    assert all(re.fullmatch(r"[0-9a-f]{32}", name) for name in answers)
    time.sleep(1.5)  # lines are written once a second
    nginx, own = (site.log_dir / "nginx-access.log").read_text(), site.log()
    for name, (path, answer) in answers.items():
        assert re.search(
            rf"^\S+ request id={name} net=127\.0\.0\.0/24 method=GET to=\w+ "
            rf"status={answer.status_code} bytes=\d+ s=[\d.]+ app_status=\S+ app_s=\S+",
            nginx, re.M), path
        if path in ("/healthz", "pins/", "pins/0/", "nothing"):
            assert re.search(
                rf" info fast\[\d+\] request id={name} method=GET route=\S+ "
                rf"status={answer.status_code} bytes=\d+ us=\d+ sql=\d+ user=0 cache=\S+ "
                r"pg_us=\d+ redis_us=\d+$", own, re.M), path
    answer = reader.get("pins/", headers={"X-Request-Id": "f" * 32})
    assert answer.headers["X-Request-Id"] != "f" * 32


def test_a_fault_names_its_request(site, ann):
    """The id of the body is that of the header and of the line that says why."""
    site.sql("alter table board rename to board_aside")
    try:
        answer = ann.post("boards/", json={"title": "None"})
        assert answer.status_code == 500
        name = answer.json()["request"]
        assert name == answer.headers["X-Request-Id"]
    finally:
        site.sql("alter table board_aside rename to board")
    assert re.search(rf" error \w+\[\d+\] fault request={name} code=ERR_DB boards/add\.sql: "
                     r'ERROR: +relation "board" does not exist', site.log()), site.log()[-2000:]
