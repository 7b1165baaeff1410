"""Stored views of slaops beside DuckDB on the same facts in its own file, and on the same cells.

Called by marts_duckdb.sh with the schema of the marts, the directory of their exported facts and the number of runs.
Prints a table; unequal answers end it with an error.
"""

import statistics
import sys
import time

import duckdb
import psycopg

schema, directory, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
postgres = psycopg.connect("", autocommit=True)
as_of = postgres.execute(f"SELECT as_of AT TIME ZONE 'UTC' FROM {schema}.mart_state").fetchone()[0]
duck = duckdb.connect(f"{directory}/facts.duckdb")
duck.execute("SET threads = 2")
duck.execute("SET TimeZone = 'UTC'")
for table in ("clock", "period", "spell", "stage", "cell_month", "cell_day"):
    duck.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{directory}/{table}.csv', header = true)")

DAY28 = f"TIMESTAMP '{as_of}' - INTERVAL 672 HOUR"
# name, columns of the view that are compared, the same from facts, and from cells where they tell it.
CASES = [
    (
        "sla_overview",
        f"SELECT metric, met, breached, running, at_risk, open_breached FROM {schema}.sla_overview WHERE level = 'all'",
        f"""SELECT metric, count(*) FILTER (WHERE status = 'met' AND decided_at > {DAY28}),
                   count(*) FILTER (WHERE status = 'breached' AND decided_at > {DAY28}),
                   count(*) FILTER (WHERE stopped_at IS NULL AND status IN ('active', 'at_risk', 'paused', 'breached')),
                   count(*) FILTER (WHERE status = 'at_risk'),
                   count(*) FILTER (WHERE status = 'breached' AND stopped_at IS NULL)
            FROM clock GROUP BY metric""",
        None,
    ),
    (
        "mart_sla",
        f"SELECT month::text, metric, policy, priority, group_name, clocks, met, breached, open_breached, median_minutes FROM {schema}.mart_sla",
        """SELECT date_trunc('month', started_at)::date::text, metric, policy, priority, last_group, count(*),
                  count(*) FILTER (WHERE status = 'met'), count(*) FILTER (WHERE status = 'breached'),
                  count(*) FILTER (WHERE status = 'breached' AND stopped_at IS NULL), quantile_cont(elapsed_minutes, 0.5)
           FROM clock GROUP BY ALL""",
        None,
    ),
    (
        "mart_sla_by_day",
        f"SELECT day::text, metric, priority, group_name, met, breached FROM {schema}.mart_sla_by_day",
        """SELECT decided_at::date::text, metric, priority, last_group, count(*) FILTER (WHERE status = 'met'),
                  count(*) FILTER (WHERE status = 'breached')
           FROM clock WHERE decided_at IS NOT NULL GROUP BY ALL""",
        "SELECT day::text, metric, priority, group_name, met, breached FROM cell_day",
    ),
    (
        "mart_daily_totals",
        f"SELECT day::text, created, reopened, solved, backlog FROM {schema}.mart_daily_totals",
        """WITH changes AS (
               SELECT opened::date AS day, 1 AS opened, (place > 1)::int AS again, 0 AS closed FROM period WHERE opened IS NOT NULL
               UNION ALL SELECT closed::date, 0, 0, 1 FROM period WHERE closed IS NOT NULL
           ), days AS (
               SELECT day, sum(opened) AS opened, sum(again) AS again, sum(closed) AS closed FROM changes GROUP BY day
           ), every AS (
               SELECT unnest(generate_series((SELECT min(day) FROM days), (SELECT max(day) FROM days), INTERVAL 1 DAY))::date AS day
           )
           SELECT every.day::text, coalesce(opened - again, 0), coalesce(again, 0), coalesce(closed, 0),
                  sum(coalesce(opened - closed, 0)) OVER (ORDER BY every.day)
           FROM every LEFT JOIN days USING (day)""",
        None,
    ),
    (
        "bottlenecks",
        f"SELECT group_name, volume, round(cycle_minutes::numeric, 6)::float8, round(breach_rate::numeric, 9)::float8 FROM {schema}.bottlenecks",
        """WITH held AS (
               SELECT group_name, count(DISTINCT ticket_id) AS volume, sum(minutes) / count(DISTINCT ticket_id) FILTER (WHERE minutes IS NOT NULL) AS cycle
               FROM spell GROUP BY group_name
           ), clocks AS (
               SELECT last_group AS group_name, count(*) FILTER (WHERE status = 'breached') / nullif(count(*), 0) AS rate
               FROM clock WHERE metric = 'group_ownership' AND status IN ('met', 'breached') GROUP BY last_group
           ), phases AS (
               SELECT group_name, sum(minutes) FILTER (WHERE phase = 'waiting') AS waiting FROM stage GROUP BY group_name
           )
           SELECT group_name, volume, round(cycle, 6), round(rate, 9) FROM held LEFT JOIN clocks USING (group_name) LEFT JOIN phases USING (group_name)""",
        None,
    ),
]


def plain(rows):
    """Rows as comparable texts: 3, 3.0 and Decimal('3') are one."""
    def one(value):
        if value is None or isinstance(value, str):
            return value
        return f"{float(value):.6g}"
    return sorted([tuple(one(v) for v in row) for row in rows], key=str)


def timed(run):
    began = time.perf_counter()
    rows = run()
    return (time.perf_counter() - began) * 1000, rows


print(f"{'view':<20} {'rows':>6} {'slaops ms':>10} {'DuckDB facts':>13} {'ratio':>7} {'DuckDB cells':>13}   DuckDB {duckdb.__version__}, 2 threads")
slow = []
for name, view, facts, cells in CASES:
    asked = {"slaops": lambda: postgres.execute(view).fetchall(), "facts": lambda: duck.execute(facts).fetchall()}
    if cells:
        asked["cells"] = lambda: duck.execute(cells).fetchall()
    times = {who: [] for who in asked}
    rows = {}
    for _ in range(runs):
        for who, run in asked.items():
            ms, rows[who] = timed(run)
            times[who].append(ms)
    if plain(rows["slaops"]) != plain(rows["facts"]):
        left, right = set(plain(rows["slaops"])), set(plain(rows["facts"]))
        sys.exit(f"marts_duckdb: {name} differs: slaops only {sorted(left - right, key=str)[:3]}, DuckDB only {sorted(right - left, key=str)[:3]}")
    median = {who: statistics.median(values) for who, values in times.items()}
    ratio = median["facts"] / median["slaops"]
    if ratio < 5:
        slow.append(name)
    cell = f"{median['cells']:.1f}" if cells else ""
    print(f"{name:<20} {len(rows['slaops']):>6} {median['slaops']:>10.1f} {median['facts']:>13.1f} {ratio:>7.1f} {cell:>13}   {'ok' if ratio >= 5 else 'under 5'}")
