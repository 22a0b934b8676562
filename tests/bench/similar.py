"""The benchmark of similar items: the index beside what else there is.

    make bench-similar                          the table, also written to
                                                build/bench-similar.md
    make bench-similar SIMILAR_BENCH="--sizes 10000,100000"
                                                in less than a minute

Titles of 3-8 words of 200,000 and 3 tags of 50,000, Zipf; a question is a
title that is in there, an answer the 48 that are most like it.  In the same
run: scikit-learn's sparse product (the row by the transposed matrix, kept, and
a partial sort: as quick as it gets without an index of one's own; it must be
made anew after every change), and Postgres's full text search (GIN, ts_rank,
any of the words; its score has no idf).  Times are processor time of the
thread that works; the machine may be busy with something else.  Postgres is
asked 20 times where it takes long: its p99 is its worst then.

How the answers of the index compare with scikit-learn's is counted as well.
The goals are printed beside the figures; nothing fails when they are missed.
"""

import argparse
import gc
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path[:0] = [str(HERE.parent / "similar"), str(HERE.parent / "sql")]

import numpy as np  # noqa: E402
import psycopg2  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402

import conftest  # noqa: E402
import corpus  # noqa: E402
from engine import Engine, program  # noqa: E402
from plain import check  # noqa: E402

MOST = 48
SETTINGS = """\
fsync = off
synchronous_commit = off
shared_buffers = 1GB
work_mem = 64MB
maintenance_work_mem = 1GB
max_wal_size = 8GB
autovacuum = off
jit = off
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
"""


def percentiles(times):
    times = sorted(times)
    return times[len(times) // 2], times[len(times) * 99 // 100]


# The index.


def bench(*args, text=None):
    """What bench.c prints, as numbers by name."""
    with open(text or os.devnull, "rb") as titles:
        done = subprocess.run([program("bench"), *map(str, args)], stdin=titles,
                              stdout=subprocess.PIPE, text=True, check=True)
    return {k: float(v) for k, v in re.findall(r"(\w+)=(\S+)", done.stdout)}


def numbered(path, bags):
    with open(path, "w", encoding="utf-8") as file:
        for i, words in bags:
            file.write(f"{i} {' '.join(words)}\n")
    return path


def questions_for(n):
    return 1000 if n < 50_000 else 3000


def index_row(folder, docs, extra):
    """Builds, asks and changes it; the file stays as it was built."""
    path = folder / "index"
    built = bench(path, "build", "tfidf", text=numbered(folder / "titles", enumerate(docs, 1)))
    asked = bench(path, "ask", questions_for(len(docs)), MOST, 1)
    changed = folder / "changed"
    subprocess.run(["cp", "--sparse=always", path, changed], check=True)
    n = min(10_000, len(docs) // 10)
    ids = range(len(docs) + 1, len(docs) + 1 + 2 * n)
    lines = list(zip(ids, extra))
    alone = bench(changed, "insert", 1, n, text=numbered(folder / "more", lines[:n]))
    batched = bench(changed, "insert", 100, n, text=numbered(folder / "more", lines[n:]))
    removed = bench(changed, "remove", 1, n)
    removed_batched = bench(changed, "remove", 100, n)
    changed.unlink()
    return built, asked, alone, batched, removed, removed_batched


# scikit-learn.


class Matrix:
    def __init__(self, docs):
        began = time.thread_time()
        made = TfidfVectorizer(min_df=1, analyzer=str.split)
        self.rows = made.fit_transform([" ".join(words) for words in docs])
        self.columns = self.rows.T.tocsr()
        self.seconds = time.thread_time() - began

    def bytes(self):
        return sum(part.nbytes for m in (self.rows, self.columns)
                   for part in (m.data, m.indices, m.indptr))

    def ask(self, row):
        found = self.rows[row] @ self.columns
        n = min(MOST, len(found.data) - 1)
        best = np.argpartition(-found.data, n)[:n + 1]
        return best[np.lexsort((found.indices[best], -found.data[best]))]

    def times(self, rows):
        for row in rows:
            began = time.thread_time()
            self.ask(row)
            yield (time.thread_time() - began) * 1e3

    def best(self, row):
        """id -> score of the best, and of those as good as the last."""
        found = self.rows[row] @ self.columns
        others = found.indices != row
        scores, ids = found.data[others], found.indices[others]
        if len(scores) > MOST:
            least = np.partition(scores, len(scores) - MOST)[len(scores) - MOST]
            near = scores >= least - 1e-9
            scores, ids = scores[near], ids[near]
        return dict(zip((ids + 1).tolist(), scores.tolist()))


def differences(folder, matrix, rows):
    """Answers of the index that are not scikit-learn's."""
    with Engine(folder / "index") as engine:
        return sum(check(engine.similar(row + 1, MOST), matrix.best(row), MOST) is not None
                   for row in rows)


# Postgres.


class Server(conftest.Server):
    def __init__(self):
        super().__init__()
        (self.folder / "postgresql.local.conf").write_text(SETTINGS)


class Lines:
    """What COPY reads."""

    def __init__(self, docs):
        self.lines = (f"{i}\t{' '.join(words)}\n" for i, words in enumerate(docs, 1))
        self.rest = ""

    def read(self, n):
        while len(self.rest) < n:
            line = next(self.lines, None)
            if line is None:
                break
            self.rest += line
        text, self.rest = self.rest[:n], self.rest[n:]
        return text


class Postgres:
    def __init__(self, server, docs):
        self.connection = psycopg2.connect(server.dsn)
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.pid = self.connection.get_backend_pid()
        self.cursor.execute("drop table if exists doc")
        self.cursor.execute("create table doc (id int primary key, words text)")
        self.cursor.copy_expert("copy doc from stdin", Lines(docs))
        began = self.processor()
        self.cursor.execute(
            "create table made as select id, words, "
            "array_to_tsvector(array_remove(string_to_array(words, ' '), '')) v from doc")
        self.cursor.execute("drop table doc; alter table made rename to doc;"
                            "alter table doc add primary key (id);"
                            "create index doc_v on doc using gin (v)")
        self.cursor.execute("vacuum analyze doc")
        self.seconds = self.processor() - began
        self.cursor.execute("select pg_relation_size('doc_v')")
        self.bytes = self.cursor.fetchone()[0]

    def processor(self):
        """Seconds that the connection's process has worked."""
        return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1e9

    def times(self, ids):
        for i in ids:
            self.cursor.execute("select words from doc where id = %s", (i,))
            words = " | ".join(f"'{w}'" for w in set(self.cursor.fetchone()[0].split()))
            began = self.processor()
            self.cursor.execute(
                "select id, ts_rank(v, q) from doc, (select %s::tsquery q) a "
                "where v @@ q and id <> %s order by 2 desc, 1 limit 48", (words, i))
            self.cursor.fetchall()
            yield (self.processor() - began) * 1e3

    def close(self):
        self.cursor.close()
        self.connection.close()


# The tables.


def compared(folder, size, docs, extra, server):
    """Rows of the table for one size."""
    rng = random.Random(size)
    n = len(docs)
    built, asked, alone, batched, *removed = index_row(folder, docs, extra)
    matrix = Matrix(docs)
    rows = [rng.randrange(n) for _ in range(300)]
    peer = percentiles(matrix.times(rows))
    wrong = differences(folder, matrix, rows[:100])
    yield (f"| {size} | **index** | {built['seconds']:.1f} | {built['bytes'] / n:.0f} "
           f"| **{asked['p50']:.2f}** | **{asked['p99']:.2f}** | {alone['mean']:.0f}, "
           f"{batched['mean']:.0f} | {removed[0]['mean']:.1f}, {removed[1]['mean']:.1f} "
           f"| {100 - wrong} of 100 |")
    yield (f"| {size} | scikit-learn | {matrix.seconds:.1f} | {matrix.bytes() / n:.0f}, "
           f"in each process | {peer[0]:.2f} | {peer[1]:.2f} | all anew | all anew | |")
    del matrix
    gc.collect()
    if server is None:
        return
    postgres = Postgres(server, docs)
    try:
        peer = percentiles(postgres.times(
            [rng.randrange(n) + 1 for _ in range(20 if n > 500_000 else 100)]))
    finally:
        postgres.close()
    yield (f"| {size} | Postgres | {postgres.seconds:.1f} | {postgres.bytes / n:.0f}, "
           f"GIN | {peer[0]:.1f} | {peer[1]:.1f} | | | another order |")


def films(n, rng):
    genres = corpus.Zipf("drama comedy thriller romance action horror documentary crime "
                         "adventure scifi animation family fantasy mystery music history "
                         "war television western".split(), rng, 0.9)
    for i in range(1, n + 1):
        some, length = [], rng.choice([1, 1, 2, 2, 3, 3, 4])
        while len(some) < length:
            some += {genres.one()} - set(some)
        yield i, ["_".join(some[a:a + k]) for k in (1, 2, 3)
                  for a in range(len(some) - k + 1)]


def performances(n, rng):
    tags = [f"tag{i}" for i in range(20)]
    for i in range(1, n + 1):
        yield i, [f"genre{rng.randrange(8)}"] + rng.sample(tags, rng.randint(1, 6))


def others(folder, n):
    """Collections of few words, where nearly everything is a tie."""
    rng = random.Random(4)
    for name, weights, bags, asks in (
        ("films: genres in 1- to 3-grams, counted", "counts", films(n, rng), ((20, 1),)),
        ("performances: 1-6 of 20 tags, and a genre", "tfidf", performances(n, rng),
         ((48, 1), (48, 2))),
    ):
        path = folder / weights
        built = bench(path, "build", weights, text=numbered(folder / "titles", bags))
        for most, shared in asks:
            asked = bench(path, "ask", 2000, most, shared)
            yield (f"| {name} | {n:,} | {built['classes']:,.0f} | {most} | {shared} "
                   f"| {asked['p50']:.2f} | {asked['p99']:.2f} |")
        path.unlink()


def report(options, folder, server):
    most = max(options.sizes)
    docs = list(corpus.titles(most + 20_000))
    yield ("| documents | | build s | bytes a document | p50 ms | p99 ms "
           "| insert us: alone, in 100 | remove us | as the definition |")
    yield "|---|---|---|---|---|---|---|---|---|"
    for size in options.sizes:
        yield from compared(folder, f"{size:,}", docs[:size], docs[size:], server)
    yield "| goal at 1,000,000 | | | <= 260 | <= 2.5 | <= 5 | <= 60 | | 100 of 100 |"
    del docs
    gc.collect()
    yield ""
    yield "| collection | documents | classes | hits | words in common | p50 ms | p99 ms |"
    yield "|---|---|---|---|---|---|---|"
    yield from others(folder, most)
    yield ""
    yield (f"Processor time of one core. This program's memory, most of it "
           f"scikit-learn's: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB.")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10000,100000,1000000",
                        type=lambda text: [int(n) for n in text.split(",")])
    parser.add_argument("--no-postgres", action="store_true")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="pinwall-bench-",
                                   dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
    server = None if options.no_postgres else Server().start()
    lines = []
    try:
        for line in report(options, folder, server):
            print(line, flush=True)
            lines.append(line)
    finally:
        shutil.rmtree(folder)
        if server is not None:
            server.stop()
    (TOP / "build" / "bench-similar.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
