#!/bin/bash
# A row value in a variable whose type is altered meanwhile is refused: by the new columns a number would be an address in memory.
# Servers before the minor releases of CVE-2026-6460 do not know of the change, and read on.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
if [ "$(psql_ -At -c "SELECT count(*) FROM pg_settings WHERE name = 'composite_type_mismatch'")" = 0 ]; then
    echo "this server does not tell a row type's versions apart (fixed by the releases for CVE-2026-6460)"
    exit 77
fi
psql_ -q <<'SQL'
CREATE EXTENSION slaops;
CREATE FUNCTION moved(change text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    kept record;
    answer text;
BEGIN
    CREATE TABLE moving (priority integer, tier bigint, created_at timestamptz);
    INSERT INTO moving VALUES (1, 123456789, '2026-01-05 09:00Z');
    SELECT m AS ticket, ARRAY[m] AS several INTO kept FROM moving AS m;
    EXECUTE format(call, '$1') INTO answer USING kept.ticket;
    EXECUTE change;
    EXECUTE format(call, '$1') INTO answer USING kept.ticket;
    RETURN answer;
END $$;
SQL
calls=("slaops.match_policy(%s)" "slaops.match_policy((ARRAY[%s])[1])" "(SELECT count(*) FROM slaops.sla_attainment(%s, NULL))" "(SELECT count(*) FROM slaops.ticket_lifecycle(%s, NULL))"
    "(SELECT count(*) FROM slaops.times_in_status(%s, NULL))" "(SELECT count(*) FROM slaops.explain_policy(%s))" "(SELECT count(*) FROM slaops.backlog_snapshots(%s, NULL, ARRAY[now()]))")
# A row of them is also what tells cases apart, and a column of a ticket.
calls+=("slaops.transition_matrix(%s, 'a', now())" "slaops.match_policy((SELECT q FROM (SELECT %s AS priority) AS q))")
for change in 'ALTER COLUMN tier TYPE text' 'ALTER COLUMN priority TYPE text' 'ALTER COLUMN tier TYPE int, ADD COLUMN status text'; do
    for call in "${calls[@]}"; do
        said=$(psql_ -v VERBOSITY=verbose -At -c "SELECT moved('ALTER TABLE moving $change', 'SELECT ${call//\'/\'\'}::text')" 2>&1 || true)
        [[ "$said" == *"ERROR:  22023: row type of datum tuple was altered"* ]] || { echo "$change, $call: $said" >&2; exit 1; }
    done
done
# What leaves the values alone is read as before: dropped columns are gone, new ones are NULL.
[ "$(psql_ -At -c "SELECT moved('ALTER TABLE moving DROP COLUMN tier, ADD COLUMN tags text[]', 'SELECT (slaops.match_policy(%s) IS NULL)::text')")" = true ]
