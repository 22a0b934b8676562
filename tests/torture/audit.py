"""What must be so on a site at rest, whatever was done to it before: the ledgers
of its people (ledger.py) hold, nothing is there twice, counters equal rows,
every picture has its files, and after the janitor no file is without a picture.

Asks Postgres and the file system, and nobody who may be wrong with the site.
"""

import os
import sys
import time
from collections import Counter
from pathlib import Path

from ledger import GONE, THERE
from stack import TOP, wait_for

sys.path.insert(0, str(TOP / "tests" / "api"))

from checks import files, run_job  # noqa: E402

OLD = 2 * 3600  # older than any upload on its way

# Each gives the keys of what is there: doubled rows give a key twice.
THINGS = {
    "pin": "select title from pin p join item i on i.id = p.id where i.deleted_at is null",
    "trash": "select id from item where deleted_at is not null",
    "board": "select title from board where deleted_at is null",
    "on": "select board, item from board_item where live",
    "comment": "select content from comment c join item i on i.id = c.id "
               "where i.deleted_at is null",
    "follow": "select f.follower, a.username from follow f join account a on a.id = f.followee",
    "like": "select account, item from item_like",
    "bookmark": "select account, item from bookmark",
}
ALONE = """
    select id from media m where not exists (select from pin where media = m.id)
        and not exists (select from account where avatar = m.id)
        and not exists (select from board where cover = m.id)
        and not exists (select from style_image where media = m.id)
"""


def there(stack):
    """How often each thing is there."""
    found = Counter()
    for kind, query in THINGS.items():
        found.update((kind, *row) for row in stack.sql(query))
    return found


def against(found, book):
    """(lost, doubled, risen): acknowledged and not there; there twice;
    acknowledged as gone, or refused, and there."""
    lost, doubled, risen = [], [], []
    for key, states in book.things.items():
        n = found[key]
        if n > 1:
            doubled.append(key)
        if n == 0 and states == {THERE}:
            lost.append(key)
        if n > 0 and states == {GONE}:
            risen.append(key)
    return lost, doubled, risen


def settle(stack):
    """Every job is done that can be; those that failed come again later."""
    stack.sql("update job set run_at = now() where attempts > 0 and dead_at is null")
    wait_for(lambda: not stack.sql("select 1 from job where dead_at is null and run_at <= now()"),
             60)
    assert stack.sql("select kind, error from job where dead_at is not null") == []


def listed(stack):
    """The files of every picture, and keys of those not complete."""
    paths, waiting = {}, set()
    for text, complete in stack.sql("select files, complete from media"):
        key, *names = text.split()
        for name in names:
            size, _, rest = name.partition("=")
            paths[stack.media_dir / key[:2] / key / f"{size}.{rest.partition('.')[2]}"] = key
        if not complete:
            waiting.add(key)
    return paths, waiting


def sweep(stack):
    """The janitor, as if hours had passed."""
    then = time.time() - OLD
    for path in files(stack):
        for one in (path, path.parent):
            os.utime(one, (then, then))
    run_job(stack, "sweep_orphans")


def pictures(stack):
    """What is wrong with files and rows, after the janitor."""
    sweep(stack)
    wanted, waiting = listed(stack)
    real = files(stack)
    wrong = [f"no file: {path}" for path in wanted if path not in real]
    wrong += [f"never completed: {key}" for key in waiting]
    wrong += [f"file of nobody: {path}" for path in real - set(wanted)]
    return wrong + [f"picture of nobody: {row}" for row in stack.sql(ALONE)]


def counters(stack):
    query = (Path(TOP) / "sql/queries/meta/counters.sql").read_text()
    return [f"counter {row}" for row in stack.sql(query)]


def audit(stack, books):
    """Everything that is wrong, as text: nothing, one hopes."""
    settle(stack)
    found, wrong = there(stack), []
    for book in books:
        lost, doubled, risen = against(found, book)
        wrong += [f"lost: {key}" for key in lost]
        wrong += [f"doubled: {key}" for key in doubled]
        wrong += [f"there though it must not be: {key}" for key in risen]
        wrong += [f"odd answer: {odd}" for odd in book.odd]
    return wrong + counters(stack) + pictures(stack)
