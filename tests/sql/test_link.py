"""The first that is asked on a connection: its settings, and whether the server
takes changes."""

import time

import pytest

from conftest import TOP

QUERY = (TOP / "sql/queries/link/set.sql").read_text().replace("$1", "%s")


@pytest.fixture
def server_setting(server):
    """Changes a setting of the whole server, until the test ends."""
    one = server.database()

    def change(name, value):
        one.sql(f"alter system set {name} = '{value}'")
        one.sql("select pg_reload_conf()")
        until = time.monotonic() + 20
        while one.sql(f"show {name}") != [(value,)]:
            assert time.monotonic() < until
            time.sleep(.01)

    yield change
    change("synchronous_standby_names", "")
    one.sql("alter system reset synchronous_standby_names")


def ask(database, settings="timezone=UTC", shown=(), **options):
    """What is said, and some settings of that connection."""
    connection = database.connect("pinwall", **options)
    with connection.cursor() as cursor:
        cursor.execute(QUERY, (settings,))
        found = [cursor.fetchone()[0]]
        for name in shown:
            cursor.execute(f"show {name}")
            found += cursor.fetchone()
    connection.close()
    return found


def test_settings_hold(migrated):
    url = "https://pins.example/?a=b"  # the first sign ends the name
    assert ask(migrated, f"work_mem=3MB\npinwall.media_url={url}\nsearch_path=public",
               ("work_mem", "pinwall.media_url", "search_path")) == [True, "3MB", url, "public"]


def test_who_takes_no_changes_says_so(migrated):
    assert ask(migrated, options="-c default_transaction_read_only=on") == [False]


def test_a_leader_without_its_standby_takes_no_changes(migrated, server_setting):
    """Its commits would wait for a standby that another may have made the leader."""
    assert ask(migrated) == [True]
    server_setting("synchronous_standby_names", "other")
    assert ask(migrated) == [False]
    server_setting("synchronous_standby_names", "")
    assert ask(migrated) == [True]
