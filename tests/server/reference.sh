#!/bin/bash
# docs/reference is what tests/harness/reference.sh writes; it refuses a function that people call
# without an example. Each example of a COMMENT runs, against the sample data.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
written=${CARGO_TARGET_DIR:-$REPO/target}/reference
rm -rf "$written"
mkdir -p "$written"
"$REPO/tests/harness/reference.sh" "$written"
diff -ru "$REPO/docs/reference" "$written" || {
    echo 'reference: docs/reference is not up to date: run tests/harness/reference.sh' >&2
    exit 1
}
[ "$(find "$written" -name '*.md' | wc -l)" -ge 20 ]

psql_ -q -o /dev/null -v VERBOSITY=terse <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 1000);
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT FROM slaops.create_marts(
    'support', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo',
    group_capacity => 'demo.group_capacity', agents => 'demo.agents'
);
SQL
# Each in a transaction of its own, which is rolled back; a CALL must be by itself.
psql_ -qAt -o "$written/examples.sql" <<'SQL'
SELECT
    format(E'\\echo %s\n', example.object)
    || CASE WHEN example.sql ~ '^CALL' THEN example.sql ELSE E'BEGIN;\n' || example.sql || E'\nROLLBACK;' END
FROM (
    SELECT
        description.objoid::regprocedure::text AS object,
        split_part(description.description, ' Example: ', 2) AS sql
    FROM pg_description AS description
    JOIN pg_proc AS function ON function.oid = description.objoid
    WHERE description.classoid = 'pg_proc'::regclass
        AND function.pronamespace = 'slaops'::regnamespace
        AND description.description ~ ' Example: '
) AS example
ORDER BY example.object;
SQL
[ "$(grep -c '^.echo' "$written/examples.sql")" -ge 150 ]
PGOPTIONS='-c slaops.as_of=2026-01-05T08:00Z -c client_min_messages=warning' \
    psql_ -qAt -f "$written/examples.sql" >"$written/examples.out" || {
    echo "reference: the example of $(grep -E '^(slaops\.)?\w+\(.*\)$' "$written/examples.out" | tail -1) fails" >&2
    exit 1
}
