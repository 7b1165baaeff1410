#!/bin/bash
# Time slaops against Postgres' own arithmetic, native SQL and Python libraries, in a throwaway
# cluster, and print one table. `make bench` installs first and calls this.
#
#   BENCH_ROWS=5000000   rows of the main table
#   BENCH_RUNS=5         runs, interleaved; the table has their median
#   BENCH_KEEP=DIR       keep the figures of every run in DIR
#
# A figure over its target is printed, and fails nothing. Unequal results and SQL errors do.
set -euo pipefail
export LC_ALL=C.UTF-8

# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
cd "$REPO"

rows=${BENCH_ROWS:-5000000}
runs=${BENCH_RUNS:-5}
venv=${CARGO_TARGET_DIR:-target}/bench-venv
[[ $rows =~ ^[0-9]+$ && $rows -ge 10000 ]] || { echo "bench: BENCH_ROWS must be a number from 10000 on" >&2; exit 1; }

say() { echo "bench: $*" >&2; }
sql() { psql_ -qAt "$@"; }

cluster_start shared_buffers=2GB work_mem=1GB maintenance_work_mem=512MB max_wal_size=8GB \
    wal_level=minimal max_wal_senders=0 checkpoint_timeout=1h autovacuum=off jit=off \
    max_parallel_workers_per_gather=0 parallel_setup_cost=0 parallel_tuple_cost=0 \
    min_parallel_table_scan_size=0 effective_cache_size=4GB

say "making $rows rows"
sql -v rows="$rows" -f bench/setup.sql
say "checking that both sides give the same results"
sql -v rows="$rows" -f bench/cases.sql

say "making $((rows / 5)) tickets"
sql -v rows="$rows" -f bench/tickets.sql >/dev/null

for suite in time join toast native clock split tickets; do
    say "timing: $suite"
    sql -c "call bench.measure('$suite', $runs)"
done

# The long ones need no median of five.
say "timing: many"
sql -c "call bench.measure('many', $((runs < 3 ? runs : 3)))"

add() {     # name, unit, value, ratio or null, target or null
    sql -v name="$1" -v unit="$2" -v value="$3" -v ratio="$4" -v target="$5" \
        <<<"insert into bench.lines (name, unit, value, ratio, target) values (:'name', :'unit', :value, :ratio, :target)"
}
sql -f bench/report.sql

# Python libraries, from PyPI.
peers() {
    if [ ! -x "$venv/bin/python" ]; then python3 -m venv "$venv" || return 1; fi
    "$venv/bin/python" -c 'import businesstimedelta, numpy, pandas, pytz' 2>/dev/null ||
        "$venv/bin/pip" install --quiet --retries 1 --timeout 20 pandas==3.1.1 numpy==2.4.6 businesstimedelta==1.0.1 pytz
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"; cluster_on_exit' EXIT
if peers >"$scratch/pip" 2>&1; then
    say "timing: Python libraries"
    sql -c "select day from slaops.holidays(bench.constant(), '2015-12-01', '2026-03-01')" >"$scratch/holidays"
    # pandas adds whole business hours.
    sql --csv -c "select a, b, minutes, slaops.business_minutes(bench.constant(), a, b),
            slaops.business_add(bench.constant(), a, floor(minutes / 60) * 60),
            slaops.business_days(bench.constant(), a::date, b::date)
        from (select date_trunc('second', a) as a, date_trunc('second', b) as b, minutes from bench.few) t
        where b > a and minutes >= 60 limit 1000" >"$scratch/rows"
    "$venv/bin/python" bench/peers.py "$scratch/rows" "$scratch/holidays" >"$scratch/peers"
    while IFS=$'\t' read -r name case ms same; do
        sql -v name="$name" -v case="$case" -v ms="$ms" -v same="$same" <<'SQL'
insert into bench.lines (name, unit, value) values (format('peer: %s%s (%s results equal)', :'name', case when :'name' like '%array' then ', an element' else ', a call' end, :'same'), 'ms', :ms);
insert into bench.lines (name, unit, value, ratio, target)
select c.name || ', a row', 'ms', m.ms / c.rows, m.ms / c.rows / :ms, case when :'name' like '%array' then null else 1.0 end
from bench.cases c join bench.medians m using (name) where c.name = :'case';
SQL
    done <"$scratch/peers"
else
    say "no Python libraries (PyPI out of reach, or no python3-venv): skipped"
fi

median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
say "first use and memory"
for text in false true; do
    for _ in $(seq "$runs"); do sql -v text=$text -f bench/first_use.sql; done >"$scratch/first"
    with=$([ $text = false ] || echo ', reading its text too')
    add "first use of a calendar$with" ms "$(cut -d' ' -f1 "$scratch/first" | median)" null 1
    add "later uses of it$with" ms "$(cut -d' ' -f2 "$scratch/first" | median)" null null
done
IFS='|' read -r resident calendars bytes < <(sql -f bench/memory.sql)
add "resident memory of $calendars calendars over ten years" MB "$resident" null 64
add "the same by slaops.cache_usage()" MB "$(awk -v b="$bytes" 'BEGIN { print b / 1048576 }')" null 64

sql <<'SQL'
insert into bench.lines (name, unit, value, ratio, target)
select 'all metrics, a ticket, of many against 10,000', 'ms', m.ms / mc.rows, (m.ms / mc.rows) / (s.ms / sc.rows), 1.2
from bench.medians as m join bench.cases as mc using (name), bench.medians as s join bench.cases as sc using (name)
where m.name = 'all metrics, every ticket' and s.name = 'all metrics, 10,000 tickets';
SQL
# The largest anonymous memory of a fresh backend while it measures tickets with 4 MB of work_mem.
peak() {
    local backend most=0 now
    coproc SESSION { sql; }
    echo "set work_mem = '4MB'; select pg_backend_pid();" >&"${SESSION[1]}"
    read -r backend <&"${SESSION[0]}"
    echo "select count(*) + 0 * sum(elapsed_minutes) from $1.int_sla_clocks;" >&"${SESSION[1]}"
    while ! read -r -t 0.05 _ <&"${SESSION[0]}"; do
        now=$(awk '/^RssAnon/ { print $2 }' "/proc/$backend/status")
        [ "${now:-0}" -le "$most" ] || most=$now
    done
    echo '\q' >&"${SESSION[1]}"
    wait "$SESSION_PID" 2>/dev/null || true
    awk -v kb="$most" 'BEGIN { print kb / 1024 }'
}
few=$(peak few)
many=$(peak many)
add "peak memory, all metrics of 10,000 tickets" MB "$few" null null
add "peak memory, all metrics of every ticket" MB "$many" "$(awk -v a="$many" -v b="$few" 'BEGIN { print a / b }')" 1.5

[ -z "${BENCH_KEEP:-}" ] || sql --csv -c 'table bench.runs' >"$BENCH_KEEP/runs.csv"
psql_ -q -P border=1 -P footer=off -P null='' <<'SQL'
select name, case when value >= 10 then round(value::numeric, 1) when value >= 0.01 then round(value::numeric, 3)
                  else round(value::numeric, 6) end || ' ' || unit as median,
       case when ratio < 0.01 then round(ratio::numeric, 5) else round(ratio::numeric, 2) end as ratio,
       target, case when target is null then '' when coalesce(ratio, value) <= target then 'ok' else 'over' end as " "
from bench.lines order by position;
SQL
