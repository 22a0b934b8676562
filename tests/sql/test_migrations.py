"""Migrations: once each, never changed, all or nothing, one process at a time."""

import os
import re
import subprocess
import threading

import pytest

from conftest import TOP, program

TABLES = """select table_name, column_name, data_type, column_default
    from information_schema.columns where table_schema = 'public' order by 1, 2"""
REST = """select conname::text, pg_get_constraintdef(oid) from pg_constraint
    where connamespace = 'public'::regnamespace
    union all select indexname, indexdef from pg_indexes where schemaname = 'public'
    union all select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    union all select proname, prosrc from pg_proc
        where pronamespace = 'public'::regnamespace
    order by 1, 2"""


def schema(database):
    return database.sql(TABLES) + database.sql(REST)


def history(database):
    return database.sql("select * from schema_migration order by name")


def test_all_run_once(server):
    database = server.database()
    names = sorted(p.stem for p in (TOP / "sql" / "migrations").glob("*.sql")) + ["schemes"]
    done = database.migrate()
    assert done.stdout == "".join(f"migrated {name}\n" for name in names)
    assert done.stderr == ""
    assert [row[0] for row in history(database)] == names
    first, before = schema(database), history(database)
    again = database.migrate()
    assert (again.stdout, again.stderr) == ("", "")
    assert schema(database) == first
    assert history(database) == before


def test_a_changed_text_is_refused(fresh):
    before = schema(fresh)
    name = history(fresh)[-2][0]  # the last are triggers, which are made anew
    fresh.sql("update schema_migration set digest = md5('x') where name = %s", (name,))
    done = fresh.migrate(check=False)
    assert done.returncode == 1
    assert f"{name} was changed after it ran here" in done.stderr
    assert schema(fresh) == before


def test_several_at_once(server):
    """Each waits for the one before, and finds nothing to do."""
    database = server.database()
    results = []

    def run():
        results.append(database.migrate(check=False))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [done.returncode for done in results] == [0] * 6
    assert sum("migrated 0001" in done.stdout for done in results) == 1
    assert len(history(database)) == len(set(history(database)))


def test_what_fails_leaves_nothing(server):
    """Something stands where the migration wants to put a table."""
    database = server.database()
    database.sql("create table board (x int)", role="pinwall_owner")
    done = database.migrate(check=False)
    assert done.returncode == 1
    assert 'relation "board" already exists' in done.stderr
    assert database.sql("select table_name from information_schema.tables"
                        " where table_schema = 'public' order by 1") == [
        ("board",), ("schema_migration",)]
    assert history(database) == []
    database.sql("drop table board")
    assert database.migrate().returncode == 0


def test_no_database(server):
    done = subprocess.run(
        [program("pinwall"), "migrate"],
        env={"PATH": os.environ["PATH"], "PINWALL_DATABASE": "host=/nonexistent"},
        cwd=server.folder, capture_output=True, text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("migrate: ")


def test_the_text_is_what_the_file_says(migrated):
    """The program carries the migrations as they stand in their files."""
    for path in (TOP / "sql" / "migrations").glob("*.sql"):
        assert migrated.sql(
            "select digest = md5(%s) from schema_migration where name = %s",
            (path.read_text(), path.stem),
        ) == [(True,)]


# What the schema promises ----------------------------------------------------

def test_rights(migrated):
    """The program's role changes rows and nothing else."""
    for statement in (
        "create table x (y int)", "drop table job", "alter table job add x int",
        "truncate job", "create function f() returns int language sql as 'select 1'",
        "create index on job (kind)",
    ):
        with pytest.raises(Exception, match="permission denied|must be owner"):
            migrated.sql(statement, role="pinwall")


def test_every_foreign_key_has_an_index(migrated):
    """Else deleting what it points to reads the whole table."""
    assert migrated.sql("""
        select conrelid::regclass::text, conname::text from pg_constraint c
        where contype = 'f' and connamespace = 'public'::regnamespace
          and not exists (
            select from pg_index i
            where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1]
              and coalesce(pg_get_expr(i.indpred, i.indrelid), 'IS NOT NULL')
                  like '%IS NOT NULL%')""") == []


def test_constraints_of_the_list_exist(migrated):
    text = (TOP / "fcgi-app/infra/constraints.def").read_text()
    names = re.findall(r'^CONSTRAINT\("(\w+)"', text, re.M)
    assert names
    for name in names:
        assert migrated.sql(
            "select count(*) from (select conname from pg_constraint union"
            " select relname from pg_class where relkind = 'i') c where conname = %s", (name,)
        ) == [(1,)]
