#!/bin/bash
# ALTER EXTENSION slaops UPDATE, in a filled database: marts, values of each type, alerts, a schedule, a configuration. After it the
# extension is what CREATE EXTENSION of the new version makes, figures are what they were, and create_marts and refresh go on.
# Old versions are the scripts of releases in tests/data/releases. Before there are any, and beside them, a trial: the version of
# this tree, and one after it with another function, another comment and another column of a view.
set -euo pipefail
PG_CONFIG=${PG_CONFIG:-/usr/lib/postgresql/${PG:-15}/bin/pg_config}

# A server of its own, in a tree where scripts of other versions can be put.
# shellcheck source=tests/harness/moved.sh
. "$(dirname "$0")/../harness/moved.sh"
tree=$(mktemp -d /tmp/slaops-upgrade.XXXXXX)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"
moved_server "$tree" || { echo 'upgrade: this PostgreSQL cannot be moved, so it cannot run' >&2; exit 77; }
export CARGO_TARGET_DIR=$tree/target
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
extension=$("$PG_CONFIG" --sharedir)/extension
version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" "$extension/slaops.control")
interface=$(sed -n "s/^AS \$\$SELECT '\([0-9a-f]\{16\}\)'\$\$;/\1/p" "$extension/slaops--$version.sql" | head -n 1)
want() { [ "$2" = "$3" ] || { echo "$1: \"$2\" instead of \"$3\"" >&2; exit 1; }; }

# The trial's next version, made from a copy of sql/.
next=$version.1
cp -a "$REPO/sql" "$tree/sql"
cat >"$tree/sql/functions/trial.sql" <<'SQL'
CREATE FUNCTION slaops.trial(n integer) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$SELECT n OPERATOR(pg_catalog.+) 1$$;
COMMENT ON FUNCTION slaops.trial(integer) IS 'One more. Example: SELECT slaops.trial(1);';
COMMENT ON SCHEMA slaops IS 'SLA analytics, tried.';
SQL
echo functions/trial.sql >>"$tree/sql/order.txt"
outcomes=$(find "$tree/sql/models" -name mart_ticket_outcomes.sql)
sed -i 's/^    ticket\.churned$/    ticket.churned,\n    -- Of the trial.\n    slaops.trial(1) AS trial/' "$outcomes"
grep -q 'AS trial' "$outcomes"
"$tree/sql/assemble.sh" >"$extension/slaops--$next.sql"
{ cat "$tree/sql/functions/trial.sql"; "$tree/sql/assemble.sh" upgrade; } >"$extension/slaops--$version--$next.sql"

# Released scripts, told that this library is theirs: symbols that were released stay in it.
of_this_library() { sed -E "s/^(AS [\$]{2}SELECT ')[0-9a-f]{16}('[\$]{2};)/\1$interface\2/"; }
sed "s/'$interface'/'0000000000000000'/" "$extension/slaops--$version.sql" | of_this_library | cmp - "$extension/slaops--$version.sql"
releases=()
for file in "$REPO"/tests/data/releases/slaops--*.sql.gz; do
    [ -e "$file" ] || continue
    release=$(basename "$file" .sql.gz)
    release=${release#slaops--}
    if [ "$release" = "$version" ]; then
        gzip -dc "$file" | cmp - <("$REPO/sql/assemble.sh") ||
            { echo "upgrade: $version is released, and its script differs now: a change needs a new version" >&2; exit 1; }
    else
        gzip -dc "$file" | of_this_library >"$extension/slaops--$release.sql"
        releases+=("$release")
    fi
done
cp "$REPO"/sql/upgrade/slaops--*--*.sql "$extension/" 2>/dev/null || true
chmod -R a+rX "$tree"

settings=()
[ ! -e "$("$PG_CONFIG" --pkglibdir)/pg_cron.so" ] || settings+=(shared_preload_libraries=pg_cron cron.database_name=trial)
on_exit() {
    local status=$?
    [ "$status" -eq 0 ] || cluster_log >&2
    # With pg_ctl, which lies in the tree.
    cluster_stop
    rm -rf "$tree"
    (exit "$status")
    cluster_on_exit
}
cluster_start "${settings[@]}" || on_exit
trap on_exit EXIT
[ ${#settings[@]} -eq 0 ] || { psql_ -q -c "ALTER SYSTEM SET cron.host = '$PGHOST'"; cluster_ctl -m fast restart >/dev/null; }

figures() { # database: a line for each view
    psql_ -qAt -d "$1" <<'SQL'
SET slaops.as_of = '2025-11-01 08:00Z';
SET client_min_messages = warning;
CREATE TEMP TABLE figure (name text, n bigint, sum text);
DO $$
DECLARE
    view regclass;
BEGIN
    FOR view IN SELECT oid FROM pg_class WHERE relnamespace = 'marts'::regnamespace AND relkind = 'v' AND relname NOT IN ('refresh_status', 'int_risk_model') ORDER BY relname LOOP
        EXECUTE format('INSERT INTO figure SELECT %L, count(*), md5(string_agg(r, E''\n'' ORDER BY r COLLATE "C")) FROM (SELECT (to_jsonb(v) - ''trial'')::text AS r FROM %s AS v) AS q', view, view);
    END LOOP;
    FOR view IN SELECT oid FROM pg_class WHERE relnamespace = 'kept'::regnamespace AND relkind = 'r' ORDER BY relname LOOP
        EXECUTE format('INSERT INTO figure SELECT %L, count(*), md5(string_agg(name || kept.answer(value), E''\n'' ORDER BY name COLLATE "C")) FROM %s', view, view);
    END LOOP;
END $$;
TABLE figure;
SELECT 'alerts', count(*), md5(string_agg(a::text, '' ORDER BY a::text COLLATE "C")) FROM marts.risk_alerts AS a;
SELECT 'configuration', md5(slaops.dump_config('demo')), md5(slaops.dump_config());
SELECT 'own', sum(slaops.business_minutes(calendar, '2026-01-01Z', '2026-02-01Z')) FROM public.desk;
SQL
}

same() { # after what, the figures before, and now
    [ "$2" != "$3" ] || return 0
    echo "figures after $1:" >&2
    diff <(echo "$2") <(echo "$3") | cut -c1-300 | head -n 20 >&2
    exit 1
}

upgrade() { # database, old version, new version
    local database=$1 old=$2 new=$3 before after
    "$PG_BIN/createdb" "$database"
    psql_ -q -o /dev/null -d "$database" -c "CREATE EXTENSION slaops VERSION '$old'" -f "$REPO/tests/support/values.sql" >/dev/null
    psql_ -q -o /dev/null -d "$database" <<'SQL'
SET client_min_messages = warning;
CREATE TABLE public.desk (calendar slaops.calendar PRIMARY KEY);
INSERT INTO public.desk SELECT format('Mo-Fr 0%s:00-17:00 @ UTC', i)::slaops.calendar FROM generate_series(0, 9) AS i;
SELECT slaops.load_sample('demo', 500);
SELECT FROM slaops.load_config('policies: [{name: Own, targets: {P1: {resolution: 1d}}}]');
SET slaops.as_of = '2025-11-01 08:00Z';
SELECT FROM slaops.create_marts('marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo', group_capacity => 'demo.group_capacity', agents => 'demo.agents');
SELECT count(*) FROM slaops.alert('marts', 0.05);
SQL
    if [ ${#settings[@]} -gt 0 ] && [ "$database" = trial ]; then
        psql_ -q -o /dev/null -d "$database" -c 'CREATE EXTENSION pg_cron' -c "SELECT cron.schedule('slaops refresh', '* * * * *', \$\$CALL slaops.refresh('marts', as_of => '2025-11-01 09:00Z')\$\$)" -c "UPDATE cron.job SET active = false"
    fi
    before=$(figures "$database")
    [ "$(grep -c . <<<"$before")" -gt 90 ]

    psql_ -q -d "$database" -c "ALTER EXTENSION slaops UPDATE TO '$new'"
    want "version after an upgrade from $old" "$(psql_ -qAt -d "$database" -c "SELECT extversion FROM pg_extension WHERE extname = 'slaops'")" "$new"
    after=$(figures "$database")
    same "an upgrade from $old to $new" "$before" "$after"
    # The same objects, rows of settings and rights as in a new database.
    "$PG_BIN/createdb" "fresh_$database"
    psql_ -q -d "fresh_$database" -c "CREATE EXTENSION slaops VERSION '$new'"
    psql_ -q -d "fresh_$database" -f "$REPO/tests/support/objects.sql" >"$tree/fresh"
    psql_ -q -d "$database" -f "$REPO/tests/support/objects.sql" >"$tree/upgraded"
    [ "$(wc -l <"$tree/fresh")" -gt 500 ]
    if ! cmp -s "$tree/fresh" "$tree/upgraded"; then
        echo "the extension upgraded from $old to $new (>) is not what CREATE EXTENSION makes (<):" >&2
        diff "$tree/fresh" "$tree/upgraded" | cut -c1-300 | head -n 20 >&2
        exit 1
    fi
    # The views go on: made anew, then refreshed.
    psql_ -q -o /dev/null -d "$database" -c 'SET client_min_messages = warning' -c "SET slaops.as_of = '2025-11-01 08:00Z'" -c "SELECT FROM slaops.create_marts('marts')" -c "CALL slaops.refresh('marts', as_of => '2025-11-01 08:00Z')"
    after=$(figures "$database")
    same "create_marts and refresh by $new over facts of $old" "$before" "$after"
    # A dump of it restores, and is of the new version.
    "$PG_BIN/createdb" "restored_$database"
    "$PG_BIN/pg_dump" -d "$database" --exclude-schema=cron --extension=slaops --extension=plpgsql | psql_ -q -d "restored_$database" >/dev/null
    same 'a dump was restored' "$after" "$(figures "restored_$database")"
}

upgrade trial "$version" "$next"
want 'the new function' "$(psql_ -qAt -d trial -c 'SELECT slaops.trial(1), count(*) = count(trial) AND count(*) > 0 FROM marts.mart_ticket_outcomes')" '2|t'
if [ ${#settings[@]} -gt 0 ]; then
    psql_ -q -d trial -c 'UPDATE cron.job SET active = true'
    for _ in $(seq 160); do
        [ "$(psql_ -qAt -d trial -c "SELECT count(*) FROM marts.refresh_log WHERE as_of = '2025-11-01 09:00Z' AND state = 'done'")" = 0 ] || break
        sleep 0.5
    done
    want 'the schedule after the upgrade' "$(psql_ -qAt -d trial -c "SELECT DISTINCT state FROM marts.refresh_log WHERE as_of = '2025-11-01 09:00Z'")" 'done'
    psql_ -q -o /dev/null -d trial -c "SELECT cron.unschedule('slaops refresh')"
fi
for release in "${releases[@]}"; do
    upgrade "from_${release//./_}" "$release" "$version"
done
# A version to which no script leads.
if said=$(psql_ -q -c "CREATE EXTENSION slaops VERSION '$version'" -c "ALTER EXTENSION slaops UPDATE TO '9.9'" 2>&1); then
    echo 'upgraded to a version that is not there' >&2
    exit 1
fi
grep -q 'no update path' <<<"$said"
