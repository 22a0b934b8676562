"""PgBouncer between the program and Postgres: whom it lets in, and what becomes of
more clients than there are connections."""

import threading
import time

import psycopg2
import pytest
import requests
from bars import bar
from cluster import APPS, CONNECTIONS, POSTGRES, address

import client as tools
from stack import wait_for

QUICK_S = bar(5, 30)  # who gets no connection is told so
BACK_S = bar(10, 60)


def connect(cluster, host, port=6432, user="pinwall", password=None):
    connection = psycopg2.connect(
        host=address(host), port=port, dbname="pinwall", user=user, connect_timeout=10,
        password=password or cluster.word["app"], application_name="crowd")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("show transaction_read_only")
        return connection, cursor.fetchone()[0]


class Crowd:
    """Many who want a connection each, keep what they get, and try again."""

    def __init__(self, cluster, n):
        self.cluster, self.host = cluster, cluster.leader()
        self.going = threading.Event()
        self.lock = threading.Lock()
        self.held, self.refused = 0, []
        self.threads = [threading.Thread(target=self.want, daemon=True) for _ in range(n)]

    def want(self):
        while not self.going.is_set():
            begun = time.monotonic()
            try:
                connection, _ = connect(self.cluster, self.host)
            except psycopg2.OperationalError as error:
                with self.lock:
                    self.refused.append((time.monotonic() - begun, str(error)))
                continue
            with self.lock:
                self.held += 1
            self.going.wait()
            connection.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.going.set()
        for thread in self.threads:
            thread.join(30)


def backends(cluster):
    (n,), = cluster.sql("select count(*) from pg_stat_activity where usename = 'pinwall'")
    return n


def write(person):
    """The status, and how long it took."""
    begun = time.monotonic()
    answer = person.request("POST", "boards/", json={"title": tools.unique("board")})
    return answer.status_code, time.monotonic() - begun


def test_whom_it_lets_in(cluster):
    leader = cluster.leader()
    found = {host: connect(cluster, host) for host in POSTGRES}
    assert {host: read_only for host, (_, read_only) in found.items()} == {
        host: "off" if host == leader else "on" for host in POSTGRES}
    for connection, _ in found.values():
        connection.close()
    for user, password in (("pinwall", "wrong"), ("postgres", cluster.word["superuser"]),
                           ("pgbouncer", "x")):
        with pytest.raises(psycopg2.OperationalError, match="authentication failed|no such user"):
            connect(cluster, leader, user=user, password=password)
    # the program's role has no other way in
    with pytest.raises(psycopg2.OperationalError, match="pg_hba.conf rejects"):
        connect(cluster, leader, port=5432)


def test_more_than_there_are_connections(cluster):
    person = tools.signup(cluster)
    most = []
    with Crowd(cluster, CONNECTIONS + 10) as crowd:
        wait_for(lambda: most.append(backends(cluster)) or len(crowd.refused) > 10, 60)
        # what it says is lost at times, as it hangs up with a question unread
        assert {why.splitlines()[0] for _, why in crowd.refused} <= {
            "query_wait_timeout", "server closed the connection unexpectedly"}
        log = (cluster.place(crowd.host) / "pgbouncer.log").read_text()
        assert "pooler error: query_wait_timeout" in log
        assert write(person)[0] == 201  # the site's processes have theirs
        # until they lose them, and have to wait like all others
        cluster.sql("select pg_terminate_backend(pid) from pg_stat_activity "
                    "where usename = 'pinwall' and application_name <> 'crowd'")
        wait_for(lambda: most.append(backends(cluster)) or crowd.held >= CONNECTIONS, 60)
        answers = [write(person) for _ in range(6)]
        most.append(backends(cluster))
        slowest = max(took for took, _ in crowd.refused)
    gone = time.monotonic()
    wait_for(lambda: [write(person)[0] for _ in range(8)] == [201] * 8, 60)
    back = time.monotonic() - gone
    wait_for(lambda: [requests.get(f"http://{address(h)}:8080/readyz", timeout=5).status_code
                      for h in APPS] == [200, 200], 60)
    print(f"\n{CONNECTIONS + 10} more clients than usual at PgBouncer: Postgres had {max(most)} "
          f"connections of {CONNECTIONS}; a client was told after {slowest:.1f} s, people after "
          f"{max(took for _, took in answers):.1f} s; the site was back {back:.1f} s after them")
    assert max(most) <= CONNECTIONS
    assert {status for status, _ in answers} == {503}
    assert slowest <= QUICK_S and max(took for _, took in answers) <= QUICK_S
    assert back <= BACK_S


def test_its_log_names_nobody(cluster):
    """No more than its own errors, and what it counts."""
    for host in POSTGRES:
        text = (cluster.place(host) / "pgbouncer.log").read_text()
        assert "listening on" in text
        for word in ("@example.com", "select", "insert", *cluster.word.values()):
            assert word not in text, word
