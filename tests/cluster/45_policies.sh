#!/bin/bash
# Policies with several sessions: changes are seen, snapshots are kept, loads do not mix.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -o /dev/null -c 'CREATE EXTENSION slaops' -c "SELECT slaops.load_config('policies: [{name: First, targets: {P1: {resolution: 1h}}}]')"
ask="SELECT slaops.match_policy('{\"priority\": \"P1\"}');"
rename() { psql_ -q -c "UPDATE slaops.sla_policies SET name = '$1'"; }

coproc READER { psql_ -At; }
say() { echo "$1" >&"${READER[1]}"; }
hear() { read -r -t 20 -u "${READER[0]}" line; echo "$line"; }
say "$ask"; [ "$(hear)" = First ]
rename Second
say "$ask"; [ "$(hear)" = Second ]
# A snapshot taken before a change does not see it, however often it asks; the next one does.
say 'BEGIN ISOLATION LEVEL REPEATABLE READ;'; [ "$(hear)" = BEGIN ]
say "$ask"; [ "$(hear)" = Second ]
rename Third
say "$ask"; [ "$(hear)" = Second ]
say "$ask"; [ "$(hear)" = Second ]
say 'COMMIT;'; [ "$(hear)" = COMMIT ]
say "$ask"; [ "$(hear)" = Third ]
# Own changes are seen at once and, rolled back, no more.
say 'BEGIN;'; [ "$(hear)" = BEGIN ]
say "UPDATE slaops.sla_policies SET name = 'Own';"; [ "$(hear)" = 'UPDATE 1' ]
say "$ask"; [ "$(hear)" = Own ]
say 'SAVEPOINT s;'; [ "$(hear)" = SAVEPOINT ]
say "UPDATE slaops.sla_policies SET name = 'Inner';"; [ "$(hear)" = 'UPDATE 1' ]
say "$ask"; [ "$(hear)" = Inner ]
say 'ROLLBACK TO s;'; [ "$(hear)" = ROLLBACK ]
say "$ask"; [ "$(hear)" = Own ]
say 'ROLLBACK;'; [ "$(hear)" = ROLLBACK ]
say "$ask"; [ "$(hear)" = Third ]
# What a savepoint took back is gone, though the snapshot after it is the one before.
say 'BEGIN;'; [ "$(hear)" = BEGIN ]
say 'SELECT txid_current() > 0;'; [ "$(hear)" = t ]
say 'SAVEPOINT a;'; [ "$(hear)" = SAVEPOINT ]
say "UPDATE slaops.sla_policies SET name = 'Taken back';"; [ "$(hear)" = 'UPDATE 1' ]
psql_ -q -o /dev/null -c 'SELECT txid_current()'
say "$ask"; [ "$(hear)" = 'Taken back' ]
say 'ROLLBACK TO a;'; [ "$(hear)" = ROLLBACK ]
say "$ask"; [ "$(hear)" = Third ]
say 'ROLLBACK;'; [ "$(hear)" = ROLLBACK ]
say '\q'; wait "$READER_PID"

# One statement in a PL/pgSQL loop follows the loop's own changes.
psql_ -q <<'SQL'
DO $$
DECLARE found text;
BEGIN
    FOR i IN 1..50 LOOP
        UPDATE slaops.sla_policies SET name = 'loop ' || i;
        found := slaops.match_policy('{"priority": "P1"}');
        IF found <> 'loop ' || i THEN RAISE 'stale: % in loop %', found, i; END IF;
    END LOOP;
END $$;
SQL

# Two sessions that load different texts at once: each load is whole, so the last one's is there.
config() { for i in $(seq 40); do echo "  - {name: $1 $i, when: {brand: b$i}, targets: {P1: {resolution: ${i}h}}}"; done; }
load() {
    for _ in 1 2 3 4 5; do psql_ -q -o /dev/null -v config="$(echo policies:; config "$1")" <<<"SELECT slaops.load_config(:'config');"; done
}
load left & left=$!
load right & right=$!
wait "$left"; wait "$right"
psql_ -At -c "SELECT split_part(name, ' ', 1), count(*) FROM slaops.sla_policies GROUP BY 1" | grep -qxE '(left|right)\|40'
[ "$(psql_ -At -c 'SELECT count(*) FROM slaops.sla_policies')" = 40 ]
