#!/bin/bash
# Time the reading of every stored mart and dashboard, whole rows and those of a group, a priority and four weeks, beside a
# plain table of the same rows, with JIT and without; and slaops.rollup of ten times as many values. Prints two tables.
#
#   BENCH_TICKETS="50000 1000000"   sizes of the team
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
cd "$REPO"
cluster_start shared_buffers=1GB max_wal_size=8GB checkpoint_timeout=1h autovacuum=off
sql() { psql_ -qAt "$@" 2>/dev/null; }
sql <<'SQL'
CREATE EXTENSION slaops;
CREATE TABLE line (tickets bigint, view text, of text, rows bigint, jit text, ms float8, plain_ms float8);
-- The part of a view that a filter bar asks for, as far as the view has its columns.
CREATE FUNCTION part(relation regclass) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(f.condition, ' AND ') FROM (VALUES
        ('group_name', 'group_name = ''Tier 2'''), ('priority', 'priority = ''high'''), ('day', 'day BETWEEN ''2025-12-01'' AND ''2025-12-28'''),
        ('month', 'month = ''2025-12-01'''), ('created_at', 'created_at >= ''2025-12-01'' AND created_at < ''2025-12-29''')
    ) AS f (name, condition)
    JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = f.name AND NOT a.attisdropped
$$;
-- The median of five readings of whole rows, in milliseconds.
CREATE FUNCTION reading(relation text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    times float8[] := '{}';
    began timestamptz;
BEGIN
    FOR run IN 1..5 LOOP
        began := clock_timestamp();
        EXECUTE format('SELECT sum(length(whole::text)) FROM %s AS whole', relation);
        times := times || extract(epoch FROM clock_timestamp() - began) * 1000;
    END LOOP;
    RETURN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY time) FROM unnest(times) AS time);
END $$;
CREATE FUNCTION readings(tickets bigint, schema text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    view text;
    rows bigint;
    wanted text;
BEGIN
    FOR view IN
        SELECT model.name FROM slaops.mart_templates AS model WHERE model.materialized = 'table' OR model.name LIKE 'mart\_%' ORDER BY model.position
    LOOP
        EXECUTE format('CREATE TABLE plain AS SELECT * FROM %I.%I', schema, view);
        SELECT count(*) INTO rows FROM plain;
        INSERT INTO line
        VALUES (tickets, view, 'all', rows, current_setting('jit'), reading(format('%I.%I', schema, view)), reading('plain'));
        wanted := part('plain');
        IF wanted IS NOT NULL THEN
            EXECUTE format('SELECT count(*) FROM plain WHERE %s', wanted) INTO rows;
            INSERT INTO line
            VALUES (tickets, view, 'part', rows, current_setting('jit'), reading(format('(SELECT * FROM %I.%I WHERE %s)', schema, view, wanted)), reading(format('(SELECT * FROM plain WHERE %s)', wanted)));
        END IF;
        DROP TABLE plain;
    END LOOP;
END $$;
SQL
for tickets in ${BENCH_TICKETS:-50000}; do
    echo "bench: making $tickets tickets and their marts" >&2
    sql -o /dev/null -c "SELECT slaops.load_sample('t$tickets', $tickets)" -c "SET slaops.as_of = '2026-01-05 08:00+00'" \
        -c "SELECT FROM slaops.create_marts('m$tickets', 't$tickets.tickets', 't$tickets.ticket_events', policy_set => 't$tickets', group_capacity => 't$tickets.group_capacity', agents => 't$tickets.agents')"
    for jit in on off; do
        sql -o /dev/null -c "SET jit = $jit" -c "SELECT readings($tickets, 'm$tickets')"
    done
    sql -c "DROP SCHEMA m$tickets, t$tickets CASCADE"
done
sql -o /dev/null <<'SQL'
CREATE TABLE part AS
SELECT
    part,
    slaops.transition_matrix(part * 10 + event, 'step ' || (event * 7 + part) % 40, timestamptz '2026-01-01Z' + event * interval '1 minute') AS matrix,
    slaops.survival_agg(part / 7.0 * event, event % 3 > 0) AS survival,
    slaops.series(timestamptz '2026-01-01Z' + event * part * interval '1 hour', event) AS series
FROM generate_series(1, 20000) AS part
CROSS JOIN generate_series(1, 5) AS event
GROUP BY part;
CREATE TABLE rollup (value text, parts bigint, ms float8);
DO $$
DECLARE
    value text;
    parts bigint;
    began timestamptz;
BEGIN
    FOREACH value IN ARRAY '{matrix,survival,series}'::text[] LOOP
        FOREACH parts IN ARRAY '{2000,20000,2000,20000,2000,20000}'::bigint[] LOOP
            began := clock_timestamp();
            EXECUTE format('SELECT slaops.rollup(%I)::text FROM part WHERE part <= %s', value, parts);
            INSERT INTO rollup VALUES (value, parts, extract(epoch FROM clock_timestamp() - began) * 1000);
        END LOOP;
    END LOOP;
END $$;
SQL
psql_ -q -P footer=off <<'SQL'
SELECT tickets, view, of, rows, jit, round(ms::numeric, 1) AS ms, round(plain_ms::numeric, 1) AS plain_table_ms, round((ms / plain_ms)::numeric, 1) AS ratio,
    CASE WHEN rows <= 2000 AND ms <= 20 OR ms <= 1.5 * plain_ms THEN 'ok' ELSE 'over' END AS "20 ms or 1.5 times"
FROM line
ORDER BY tickets, view, of, jit;
SELECT
    value AS rollup_of,
    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE parts = 2000))::numeric, 1) AS ms_of_2000,
    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE parts = 20000))::numeric, 1) AS ms_of_20000,
    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE parts = 20000) / percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE parts = 2000))::numeric, 1) AS ratio,
    CASE WHEN percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE parts = 20000) <= 20 * percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE parts = 2000) THEN 'ok: at most 20' ELSE 'TOO SLOW: above 20' END AS verdict
FROM rollup
GROUP BY value
ORDER BY value;
SQL
