"""Time the transition matrix of a log against window functions, DuckDB, polars and pm4py.

transition.py CASES RUNS: logs of CASES / 20 and of CASES cases with five events each, in no order. Every peer reads its own
copy of the data, loaded before; results are compared for equality. Prints a table of medians and ratios.
"""

import contextlib
import io
import os
import statistics
import sys
import threading
import time

import psycopg

CALENDAR = "Mo-Fr 09:00-17:00; PH off @ America/New_York, US"
ACTIVITIES = ["created", "assigned", "agent reply", "pending", "customer reply", "escalated", "on hold", "solved", "reopened", "closed"]
STEP = """SELECT activity, lead(activity) OVER w AS next, "at", lead("at") OVER w AS next_at FROM {log} WINDOW w AS (PARTITION BY case_id ORDER BY "at")"""
COUNTS = "SELECT activity, next, count(*) AS n FROM (" + STEP + ") AS s WHERE next IS NOT NULL GROUP BY 1, 2"
DURATIONS = """SELECT activity, next, count(*) AS n, sum({span}) AS total, min({span}) AS least, max({span}) AS most
FROM (""" + STEP + ") AS s WHERE next IS NOT NULL GROUP BY 1, 2"
MATRIX = "SELECT from_activity, to_activity, n, total_minutes, min, max FROM (SELECT slaops.transition_matrix({args}) AS tm FROM {log}) AS m, slaops.transitions(tm) WHERE total_minutes IS NOT NULL"


def peak_of(pid, stop, found):
    while not stop.is_set():
        with open(f"/proc/{pid}/status", encoding="ascii") as f:
            for line in f:
                if line.startswith("RssAnon"):
                    found.append(int(line.split()[1]))
        time.sleep(0.01)


class Bench:
    def __init__(self, runs):
        self.runs = runs
        self.lines = []
        self.db = psycopg.connect(f"host={os.environ['PGHOST']} port={os.environ['PGPORT']} user={os.environ['PGUSER']} dbname=postgres", autocommit=True)

    def sql(self, query):
        rows = self.db.execute(query)
        return rows.fetchall() if rows.description else []

    def make(self, log, cases):
        names = ", ".join(f"'{a}'" for a in ACTIVITIES)
        # Instants are distinct within a case, or window functions would order them by luck.
        self.sql(f"""CREATE UNLOGGED TABLE {log} AS
            SELECT (i * 7919 % {cases})::bigint AS case_id, (ARRAY[{names}])[1 + (hashint8(i) & 1023) % 10] AS activity,
                   timestamptz '2026-01-01Z' + (hashint8(i * 31) & 33554431) * interval '1 second' + i / {cases} * interval '1 millisecond' AS at
            FROM generate_series(1::bigint, {cases * 5}) AS i""")
        self.sql(f"VACUUM ANALYZE {log}")

    def log(self, log, cases):
        """All peers on one log; the medians by name."""
        self.make(log, cases)
        events = cases * 5
        peers = {
            "Postgres windows, counts": lambda: self.sql(COUNTS.format(log=log)),
            "Postgres windows, with durations": lambda: self.sql(DURATIONS.format(log=log, span='next_at - "at"')),
            "slaops, one process": lambda: self.matrix(log, "case_id, activity, at", 0),
            "slaops, two processes": lambda: self.matrix(log, "case_id, activity, at", 1),
            "slaops, cases as text": lambda: self.matrix(log, "case_id::text, activity, at", 0),
            "slaops, with a calendar": lambda: self.matrix(log, f"case_id, activity, at, '{CALENDAR}'", 0),
            "scan of the rows": lambda: self.sql(f"SELECT count(case_id), count(activity), count(at) FROM {log}"),
        }
        path = f"/tmp/slaops-bench-{os.getpid()}.csv"
        try:
            with self.db.cursor().copy(f"COPY (SELECT case_id, activity, (extract(epoch FROM at) * 1000000)::bigint FROM {log}) TO STDOUT (FORMAT csv)") as out, open(path, "wb") as f:
                for part in out:
                    f.write(part)
            peers.update(columnar(path))
            peers.update(pm4py_peer(path))
        finally:
            os.unlink(path)
        wanted = {(a, b): (n, total, least, most) for a, b, n, total, least, most in self.matrix(log, "case_id, activity, at", 0)}
        times = {name: [] for name in peers}
        for _ in range(self.runs):
            for name, run in peers.items():
                # A peer of twenty seconds needs no median.
                if name.startswith("pm4py") and times[name]:
                    continue
                start = time.perf_counter()
                rows = run()
                times[name].append(time.perf_counter() - start)
                self.check(name, rows, wanted)
        found = {name: statistics.median(list_) for name, list_ in times.items()}
        for name, seconds in found.items():
            self.lines.append((f"{name} ({events:,} events)", seconds))
        return found

    def matrix(self, log, args, workers):
        self.sql(f"SET max_parallel_workers_per_gather = {workers}")
        try:
            return self.sql(MATRIX.format(args=args, log=log))
        finally:
            self.sql("RESET max_parallel_workers_per_gather")

    @staticmethod
    def check(name, rows, wanted):
        if name.startswith("scan"):
            return
        if len(rows) != len(wanted):
            sys.exit(f"bench: {name} has {len(rows)} transitions, slaops {len(wanted)}")
        for row in rows:
            n, total, least, most = wanted[row[0], row[1]]
            same = row[2] == n
            if len(row) == 6 and not name.startswith("slaops"):
                minutes = [x.total_seconds() / 60 if hasattr(x, "total_seconds") else x / 60e6 for x in row[3:]]
                same = same and all(abs(a - b) <= 1e-6 + 1e-9 * b for a, b in zip(minutes, (total, least, most)))
            if not same:
                sys.exit(f"bench: {name}: {row} is not {n, total, least, most}")

    def peak(self, log, events):
        """Memory of a fresh backend beyond what it has before, in bytes an event."""
        db, self.db = self.db, psycopg.connect(self.db.info.dsn, autocommit=True)
        self.matrix("small", "case_id, activity, at", 0)
        stop, found = threading.Event(), []
        watch = threading.Thread(target=peak_of, args=(self.db.info.backend_pid, stop, found))
        watch.start()
        self.matrix(log, "case_id, activity, at", 0)
        stop.set()
        watch.join()
        self.db.close()
        self.db = db
        return (max(found) - found[0]) * 1024 / events


def columnar(path):
    try:
        import duckdb
        import polars as pl
    except ImportError:
        return {}
    peers = {}
    for threads in (1, 2):
        con = duckdb.connect(config={"threads": threads})
        columns = "{'case_id': 'BIGINT', 'activity': 'VARCHAR', 'at': 'BIGINT'}"
        con.execute(f"""CREATE TABLE log AS SELECT case_id, activity, make_timestamp("at") AS "at"
            FROM read_csv('{path}', header = false, columns = {columns})""")
        some = "one thread" if threads == 1 else "two threads"
        peers[f"DuckDB, {some}, counts"] = lambda con=con: con.execute(COUNTS.format(log="log")).fetchall()
        peers[f"DuckDB, {some}, with durations"] = lambda con=con: con.execute(DURATIONS.format(log="log", span='epoch_us(next_at) - epoch_us("at")')).fetchall()
    frame = pl.read_csv(path, has_header=False, new_columns=["case_id", "activity", "at"])

    def polars(spans):
        # One sort, then shifts within a case: the quickest way that polars has.
        steps = frame.sort("case_id", "at").with_columns(
            pl.col("activity").shift(-1).alias("next"), pl.col("at").shift(-1).alias("next_at"), pl.col("case_id").shift(-1).alias("next_case")
        ).filter(pl.col("case_id") == pl.col("next_case"))
        span = pl.col("next_at") - pl.col("at")
        wanted = [pl.len().alias("n")] + ([span.sum().alias("total"), span.min().alias("least"), span.max().alias("most")] if spans else [])
        return steps.group_by("activity", "next").agg(wanted).rows()

    peers["polars, counts"] = lambda: polars(False)
    peers["polars, with durations"] = lambda: polars(True)
    return peers


def pm4py_peer(path):
    try:
        import pandas as pd
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):  # it greets
            import pm4py
    except ImportError:
        return {}
    frame = pd.read_csv(path, names=["case_id", "activity", "at"])
    frame["at"] = pd.to_datetime(frame["at"], unit="us", utc=True)
    frame["case_id"] = frame["case_id"].astype(str)

    def run():
        log = pm4py.format_dataframe(frame.copy(), case_id="case_id", activity_key="activity", timestamp_key="at")
        counts, _, _ = pm4py.discover_dfg(log)
        pm4py.discover_performance_dfg(log)
        return [(a, b, n) for (a, b), n in counts.items()]

    return {"pm4py, with durations": run}


def main():
    cases, runs = int(sys.argv[1]), int(sys.argv[2])
    bench = Bench(runs)
    few = bench.log("small", cases // 20)
    many = bench.log("large", cases)
    ratios = []

    def ratio(name, a, b, target, at_least=False):
        value = a / b
        good = value >= target if at_least else value <= target
        ratios.append((name, value, f"{'>=' if at_least else '<='} {target}", "ok" if good else "missed"))

    mine = many["slaops, one process"]
    ratio("Postgres windows with durations / slaops", many["Postgres windows, with durations"], mine, 8, True)
    ratio("Postgres windows, counts / slaops", many["Postgres windows, counts"], mine, 3.5, True)
    for name, own, target in [("DuckDB, one thread, with durations", "slaops, one process", 1), ("DuckDB, one thread, counts", "slaops, one process", 1),
                              ("DuckDB, two threads, with durations", "slaops, two processes", 1), ("DuckDB, two threads, counts", "slaops, two processes", 1),
                              ("pm4py, with durations", "slaops, one process", 12)]:
        if name in many:
            ratio(f"{name} / {own}", many[name], many[own], target, True)
    ratio("with a calendar / without", many["slaops, with a calendar"], mine, 1.5)
    ratio("time an event, large / small log", mine / cases, few["slaops, one process"] / (cases // 20), 1.3)
    ratio("peak memory, bytes an event", bench.peak("large", cases * 5), 1, 40)
    for name, seconds in bench.lines:
        print(f"{name:62} {seconds:9.3f} s")
    for name, value, target, verdict in ratios:
        print(f"{name:62} {value:9.2f}   {target:8} {verdict}")


if __name__ == "__main__":
    main()
