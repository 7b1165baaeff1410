#!/bin/bash
# A team at work for ten minutes: readers of the dashboards' views, a refresh every minute, a writer of events. Prints latencies by
# view and what refreshes took, and fails on an error, a deadlock, a figure that is wrong, or memory that grows.
#
#   LOAD_SECONDS=600 LOAD_READERS=30 LOAD_TICKETS=20000
#   LOAD_RATE=60       views that are read in a second, by all readers together
#   LOAD_WRITES=10     writes in a second: a message, a ticket that is solved or reopened, or a new one
#   LOAD_REFRESH=60    seconds between refreshes
#
# What is checked:
#   - each figure of each instant: a watcher reads sums of several views in one statement, four times in a second; one instant
#     has one answer, instants and tickets do not go back, and views of one statement agree
#   - at the end, every view beside one of a fresh create_marts of the same instant
#   - memory of the readers and of the session that refreshes, when half of the time is over, and at the end
# All of it is on this machine, on a private socket, and ends by itself.
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
cd "$REPO"
seconds=${LOAD_SECONDS:-600}
readers=${LOAD_READERS:-30}
tickets=${LOAD_TICKETS:-20000}
rate=${LOAD_RATE:-60}
writes=${LOAD_WRITES:-10}
every=${LOAD_REFRESH:-60}
cluster_start shared_buffers=512MB max_connections=100 max_wal_size=4GB autovacuum_naptime=15s jit=off log_lock_waits=on deadlock_timeout=1s
[ -x "$PG_BIN/pgbench" ] || { echo 'load: no pgbench beside this PostgreSQL, so it cannot run'; exit 0; }
sql() { psql_ -qAt "$@"; }
fail() { echo "load: $*" >&2; exit 1; }
sql -o /dev/null -v tickets="$tickets" <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', :tickets);
-- Groups whose people are planned by the half hour, and their shifts.
CREATE TABLE demo.capacity AS SELECT *, 240::float8 AS due_minutes FROM demo.group_capacity;
CREATE TABLE demo.planned AS
SELECT agents.agent, day.at + interval '9 hours' AS starts_at, day.at + interval '17 hours' AS ends_at
FROM demo.agents AS agents
CROSS JOIN generate_series(timestamptz '2025-12-29Z', '2026-01-23Z', '1 day') AS day (at);
ANALYZE;
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT FROM slaops.create_marts(
    'marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', group_capacity => 'demo.capacity', agents => 'demo.agents',
    shifts => 'demo.planned', dimensions => '{brand,region,channel,tier}'
);
RESET slaops.as_of;
CREATE ROLE reader LOGIN;
SELECT FROM slaops.grant_read('marts', 'reader');
VACUUM ANALYZE;
-- The team's time goes on from its last event, a minute in a second.
CREATE TABLE public.beginning AS SELECT clock_timestamp() AS at;
CREATE FUNCTION public.team_time() RETURNS timestamptz LANGUAGE sql VOLATILE AS
'SELECT date_trunc(''second'', timestamptz ''2026-01-05 08:00Z'' + (clock_timestamp() - at) * 60) FROM public.beginning';
-- One write: in eight of ten a message, in one a ticket that is solved or reopened, in one a new ticket.
CREATE FUNCTION public.write(chance integer, id bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    now timestamptz := public.team_time();
    next bigint;
    ticket demo.tickets;
BEGIN
    IF chance = 10 THEN
        INSERT INTO demo.tickets
        SELECT (jsonb_populate_record(old, jsonb_build_object(
            'ticket_id', (SELECT max(ticket_id) + 1 FROM demo.tickets), 'created_at', now, 'status', 'new',
            'assignee', NULL, 'solved_at', NULL, 'closed_at', NULL, 'csat_score', NULL
        ))).*
        FROM demo.tickets AS old WHERE old.ticket_id = id
        RETURNING * INTO ticket;
        INSERT INTO demo.ticket_events VALUES (ticket.ticket_id, now, 'created', 'customer', 'a customer', NULL, NULL, NULL, 1);
        RETURN;
    END IF;
    SELECT * INTO ticket FROM demo.tickets AS old WHERE old.ticket_id = id FOR UPDATE;
    IF NOT FOUND OR ticket.status = 'closed' AND chance = 9 THEN RETURN; END IF;
    SELECT coalesce(max(seq), 0) + 1 INTO next FROM demo.ticket_events AS event WHERE event.ticket_id = id;
    IF chance = 9 THEN
        UPDATE demo.tickets SET status = CASE ticket.status WHEN 'solved' THEN 'open' ELSE 'solved' END,
            solved_at = CASE ticket.status WHEN 'solved' THEN NULL ELSE now END
        WHERE ticket_id = id;
        INSERT INTO demo.ticket_events VALUES (id, now, 'status', 'agent', 'an agent', ticket.status, CASE ticket.status WHEN 'solved' THEN 'open' ELSE 'solved' END, NULL, next);
    ELSE
        INSERT INTO demo.ticket_events VALUES (id, now, 'comment', CASE WHEN chance < 5 THEN 'agent' ELSE 'customer' END, 'somebody', NULL, NULL, true, next);
    END IF;
END $$;
SQL

# One script a view: whole, or a group's rows of a large one, or a ticket's.
scripts=$CLUSTER_DIR/scripts
mkdir "$scripts"
mapfile -t views < <(sql -c "SELECT name FROM slaops.mart_templates WHERE name !~ '^(stg|int|fct)_' AND name <> 'config_health'
    UNION SELECT unnest('{int_ticket_lifecycle,int_tickets_by_day,int_backlog_by_day,fct_sla_attainment}'::text[]) ORDER BY 1")
[ ${#views[@]} -ge 60 ] || fail "only ${#views[@]} views"
files=()
for view in "${views[@]}"; do
    condition=$(sql -c "SELECT CASE WHEN bool_or(attname = 'ticket_id') AND '$view' NOT IN ('at_risk_tickets', 'next_best_ticket') THEN 'WHERE ticket_id = :ticket'
        WHEN bool_or(attname = 'group_name') AND (SELECT count(*) FROM marts.$view) > 1000 THEN 'WHERE group_name = ''Tier 2''' END
        FROM pg_attribute WHERE attrelid = 'marts.$view'::regclass")
    printf '\\set ticket random(1, %s)\nSELECT * FROM marts.%s %s;\n' "$tickets" "$view" "$condition" >"$scripts/$view"
    files+=(-f "$scripts/$view")
done
printf '\\set chance random(1, 10)\n\\set ticket random(1, %s)\nSELECT public.write(:chance, :ticket);\n' "$tickets" >"$CLUSTER_DIR/write"

# RssAnon of backends, in kB: the largest and the sum.
memory() { # condition on pg_stat_activity
    sql -c "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND $1" |
        while read -r pid; do awk '/^RssAnon/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true; done |
        awk '{ sum += $1; if ($1 > most) most = $1 } END { print most + 0, sum + 0 }'
}

sql -c 'UPDATE public.beginning SET at = clock_timestamp()'
"$PG_BIN/pgbench" -n -U reader -c "$readers" -j 2 -T "$seconds" -R "$rate" --log --log-prefix="$scripts/log" "${files[@]}" postgres >"$scripts/readers.out" 2>&1 &
readers_pid=$!
"$PG_BIN/pgbench" -n -c 1 -T "$seconds" -R "$writes" -f "$CLUSTER_DIR/write" postgres >"$scripts/writer.out" 2>&1 &
writer_pid=$!
# The watcher reads sums of several views in one statement.
sql <<'SQL'
CREATE TABLE public.seen (place serial, as_of timestamptz, figures text, wrong text, tickets bigint);
CREATE TABLE public.stopped (one boolean);
CREATE PROCEDURE public.watch() LANGUAGE plpgsql AS $$
BEGIN
    WHILE NOT EXISTS (SELECT FROM public.stopped) LOOP
        INSERT INTO public.seen (as_of, figures, wrong, tickets)
        SELECT
            (SELECT status.as_of FROM marts.refresh_status AS status),
            concat_ws(' ', sla.clocks, sla.met, sla.breached, daily.created, owned.tickets, outcomes.tickets),
            concat_ws(', ',
                CASE WHEN sla.clocks <> sla.parts THEN 'statuses' END,
                CASE WHEN sla.clocks <> facts.clocks THEN 'clocks of mart_sla and facts' END,
                CASE WHEN sla.met <> days.met OR sla.breached <> days.breached THEN 'decided clocks of months and days' END,
                CASE WHEN daily.created <> lives.tickets THEN 'tickets of days and lives' END,
                CASE WHEN outcomes.tickets <> lives.tickets THEN 'tickets of outcomes and lives' END
            ),
            lives.tickets
        FROM (
            SELECT
                sum(clocks) AS clocks, sum(met) AS met, sum(breached) AS breached,
                sum(met + breached + at_risk + on_track + cancelled + not_started + no_calendar) AS parts
            FROM marts.mart_sla
        ) AS sla
        CROSS JOIN (SELECT sum(met) AS met, sum(breached) AS breached FROM marts.mart_sla_by_day) AS days
        CROSS JOIN (SELECT count(*) AS clocks FROM marts.fct_sla_attainment WHERE target IS NOT NULL) AS facts
        CROSS JOIN (SELECT sum(created) AS created FROM marts.mart_daily_totals) AS daily
        CROSS JOIN (SELECT sum(tickets) AS tickets FROM marts.mart_group_performance) AS owned
        CROSS JOIN (SELECT count(*) AS tickets FROM marts.int_ticket_lifecycle) AS lives
        CROSS JOIN (SELECT count(*) AS tickets FROM marts.mart_ticket_outcomes) AS outcomes;
        COMMIT;
        PERFORM pg_sleep(0.25);
    END LOOP;
END $$;
SQL
sql -c 'CALL public.watch()' >"$scripts/watcher.out" 2>&1 &
watcher_pid=$!
# One session refreshes all the time.
coproc refresher { PGAPPNAME=refresher psql_ -qAt 2>&1; }
trap 'kill $readers_pid $writer_pid $watcher_pid 2>/dev/null || true; cluster_on_exit' EXIT
refreshes=()
rss=()
contexts=()
refresh() { # instant, as psql writes it
    local started said
    started=$(date +%s%N)
    echo "SET client_min_messages = warning; SELECT $1 AS now \\gset
CALL slaops.refresh('marts', as_of => :'now');
SELECT sum(total_bytes) / 1024 FROM pg_backend_memory_contexts;" >&"${refresher[1]}"
    read -r said <&"${refresher[0]}" || said='the session ended'
    [[ $said =~ ^[0-9]+(\.|$) ]] || fail "a refresh: $said"
    refreshes+=($((($(date +%s%N) - started) / 1000000)))
    contexts+=("${said%.*}")
    rss+=("$(memory "application_name = 'refresher'" | cut -d' ' -f1)")
}
early=
began=$SECONDS
while [ $((SECONDS - began)) -lt "$seconds" ]; do
    next=$((SECONDS + every))
    refresh 'public.team_time()'
    late=$(memory "usename = 'reader'")
    if [ -z "$early" ] && [ $((SECONDS - began)) -ge $((seconds / 2)) ]; then early=$late; fi
    left=$((began + seconds - SECONDS))
    [ $left -le $((next - SECONDS)) ] || left=$((next - SECONDS))
    [ $left -le 0 ] || sleep $left
done
# A load so short that no refresh began in its second half has nothing to compare.
[ -n "$early" ] || early=$late
wait "$writer_pid" || fail "the writer: $(tail -n 3 "$scripts/writer.out")"
wait "$readers_pid" || fail "the readers: $(grep -m 3 -E 'ERROR|aborted' "$scripts/readers.out")"
sql -c 'INSERT INTO public.stopped VALUES (true)'
wait "$watcher_pid" || fail "the watcher: $(tail -n 3 "$scripts/watcher.out")"
measured=${#refreshes[@]}
# Ten more of a team at rest, a minute apart: what malloc keeps for the largest refresh has come to its end, a leak has not.
for i in {1..10}; do refresh "'$(sql -c 'SELECT public.team_time()')'::timestamptz + interval '$i minutes'"; done

percentiles() { # lines "key ms": key, count, median, 95 %, 99 %, most
    sort -k1,1 -k2,2n | awk '
        function print_key() { if (n) printf "%-26s%9d%9.1f%9.1f%9.1f%9.1f\n", key, n, ms[int((n - 1) * 0.5) + 1], ms[int((n - 1) * 0.95) + 1], ms[int((n - 1) * 0.99) + 1], ms[n] }
        $1 != key { print_key(); key = $1; n = 0 }
        { ms[++n] = $2 }
        END { print_key() }'
}
# pgbench numbers its scripts; a reading waits for its turn in the schedule, which is not its latency.
cat "$scripts"/log.* | awk -v names="${views[*]}" 'BEGIN { split(names, name, " ") } { print name[$4 + 1], ($3 - $7) / 1000 }' >"$scripts/latencies"
printf '%-26s%9s%9s%9s%9s%9s\n' 'view (ms)' readings median 95% 99% most
percentiles <"$scripts/latencies"
sed 's/^[^ ]*/all/' "$scripts/latencies" | percentiles
printf 'refresh %s\n' "${refreshes[@]:0:measured}" | percentiles
echo "writes: $(sed -n 's/^number of transactions actually processed: //p' "$scripts/writer.out"); load of the machine: $(cut -d' ' -f1-3 /proc/loadavg)"
echo "memory (kB, largest and sum of $readers readers): $early; at the end $late"
echo "memory of the refreshing session after each refresh, ten of them at rest (kB): ${rss[*]}"
echo "of it in PostgreSQL's memory contexts (kB): ${contexts[*]}"

# What was seen of each instant.
[ "$(sql -c 'SELECT count(*) FROM public.seen')" -ge "$((seconds / 4))" ] || fail 'the watcher saw little'
said=$(sql -c "SELECT as_of, wrong FROM public.seen WHERE wrong <> '' LIMIT 3")
[ -z "$said" ] || fail "views that do not agree: $said"
said=$(sql -c 'SELECT as_of FROM public.seen GROUP BY as_of HAVING count(DISTINCT figures) > 1 LIMIT 3')
[ -z "$said" ] || fail "two answers of one instant: $said"
said=$(sql -c 'SELECT place FROM (SELECT *, lag(as_of) OVER w AS before, lag(tickets) OVER w AS fewer FROM public.seen WINDOW w AS (ORDER BY place)) AS step WHERE as_of < before OR tickets < fewer LIMIT 3')
[ -z "$said" ] || fail "it went back: $said"
echo "watched: $(sql -c "SELECT format('%s readings of %s instants, %s to %s tickets', count(*), count(DISTINCT as_of), min(tickets), max(tickets)) FROM public.seen")"
# autovacuum gives way to whoever waits for it.
said=$(grep -E '(ERROR|FATAL|PANIC):' "$CLUSTER_DIR/log" | grep -v 'canceling autovacuum task' || true)
[ -z "$said" ] || fail "errors: ${said:0:500}"
echo "waits of over a second for a lock: $(grep -c 'still waiting for' "$CLUSTER_DIR/log" || true)"

# In the end the views are those that create_marts makes at once. What was forecast earlier, only a schema that was there then knows.
# The next day, so that both fit their risk models to the rows as they are now: a refresh keeps the models of a day.
at=$(sql -c "SELECT date_trunc('day', public.team_time()) + interval '32 hours'")
sql -o /dev/null <<SQL
SET client_min_messages = warning;
CALL slaops.refresh('marts', as_of => '$at');
SET slaops.as_of = '$at';
SELECT FROM slaops.create_marts(
    'fresh', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', group_capacity => 'demo.capacity', agents => 'demo.agents',
    shifts => 'demo.planned', dimensions => '{brand,region,channel,tier}'
);
SQL
# Sums that rows were taken out of end in zeros that others lack; recommendations name their schema.
line() { # schema, view
    local row=v::text
    [ "$2" != int_risk_model ] || row="(to_jsonb(v) - 'basis')::text"
    printf "regexp_replace(regexp_replace(regexp_replace(%s, '\\m%s\\M', 'views', 'g'), '%s', '', 'g'), '%s', '%s', 'g')" "$row" "$1" '\.0+(?=[,)"])' '(\.[0-9]*[1-9])0+(?=[,)"])' '\1'
}
content() { # schema
    local view
    for view in $(sql -c "SELECT name FROM slaops.mart_templates WHERE name NOT IN ('alerts', 'refresh_status', 'forecast_log', 'forecast_accuracy') ORDER BY name"); do
        echo "SELECT '$view', count(*), md5(string_agg(line, chr(10) ORDER BY line COLLATE \"C\")) FROM (SELECT $(line "$1" "$view") FROM $1.$view AS v) AS q (line);"
    done | { echo 'SET extra_float_digits = -3;'; cat; } | sql
}
content marts >"$CLUSTER_DIR/marts.out"
content fresh >"$CLUSTER_DIR/fresh.out"
if ! different=$(diff "$CLUSTER_DIR/marts.out" "$CLUSTER_DIR/fresh.out"); then
    sed -n 's/^< \([a-z_]*\)|.*/\1/p' <<<"$different" | while read -r view; do
        sql -c "SET extra_float_digits = -3" -c "SELECT '$view', side, line FROM (
            SELECT 'refreshed' AS side, line FROM (SELECT $(line marts "$view") FROM marts.$view AS v EXCEPT SELECT $(line fresh "$view") FROM fresh.$view AS v) AS a (line)
            UNION ALL SELECT 'made', line FROM (SELECT $(line fresh "$view") FROM fresh.$view AS v EXCEPT SELECT $(line marts "$view") FROM marts.$view AS v) AS a (line)
        ) AS x ORDER BY line LIMIT 4" | cut -c1-600 >&2
    done
    fail 'views differ from those that are made at once'
fi
echo "at the end: $(wc -l <"$CLUSTER_DIR/marts.out") views as create_marts makes them at once"

# Readers grow by less than a tenth and 8 MB in the second half of the time, so does the refreshing session at rest, and what it
# has in PostgreSQL's contexts after its second refresh by less than a tenth and 2 MB.
flat() { # what, before, after, more
    [ "$3" -le $(($2 * 11 / 10 + $4)) ] || fail "$1 grows: $2 kB, then $3 kB"
}
flat 'a reader' "${early% *}" "${late% *}" 8192
flat 'the refreshing session' "${rss[measured]}" "${rss[-1]}" 8192
flat 'what the refreshing session keeps' "${contexts[1]}" "${contexts[-1]}" 2048
