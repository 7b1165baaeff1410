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
grep -qxE '(left|right)\|40' <<<"$(psql_ -At -c "SELECT split_part(name, ' ', 1), count(*) FROM slaops.sla_policies GROUP BY 1")"
[ "$(psql_ -At -c 'SELECT count(*) FROM slaops.sla_policies')" = 40 ]

# Who enters a target and who deletes what it names, at once: one waits for the other, and is refused.
psql_ -q -c "INSERT INTO slaops.metrics (policy_set, name, start, stop) SELECT 'locks', m, '{\"event\": \"created\"}', '{\"state\": \"solved\"}' FROM unnest('{one,two}'::text[]) AS m" \
    -c "INSERT INTO slaops.sla_policies (policy_set, name, position) VALUES ('locks', 'a', 1), ('locks', 'b', 2)"
enter() { echo "INSERT INTO slaops.sla_targets (policy_set, policy, metric, target) VALUES ('locks', '$1', '$2', '1 hour')"; }
at_once() {     # FIRST SECOND MESSAGE
    local said
    psql_ -q -o /dev/null -c BEGIN -c "$1" -c "SELECT pg_advisory_lock(45)" -c "SELECT pg_sleep(1)" -c COMMIT &
    until [ "$(psql_ -At -c "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 45 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")" = 1 ]; do sleep 0.1; done
    if said=$(psql_ -q -c "$2" 2>&1); then echo "not refused: $2 beside $1"; exit 1; fi
    wait $!
    [[ $said = *"$3"* ]] || { echo "$said"; exit 1; }
}
at_once "$(enter a one)" "DELETE FROM slaops.metrics WHERE name = 'one'" 'metric "one" is in use'
at_once "DELETE FROM slaops.metrics WHERE name = 'two'" "$(enter a two)" 'metric "two" does not exist'
at_once "DELETE FROM slaops.sla_policies WHERE name = 'b'" "$(enter b one)" 'policy "b" with valid_from'
# What a policy takes along goes with the rights of who deletes it, never with the owner's.
psql_ -q -c 'CREATE ROLE slaops_half LOGIN' -c 'GRANT USAGE ON SCHEMA slaops TO slaops_half' -c 'GRANT DELETE ON slaops.sla_policies TO slaops_half' -c 'GRANT INSERT ON slaops.sla_targets TO slaops_half'
PGUSER=slaops_half psql_ -q -c "$(enter a agent_work)"
if PGUSER=slaops_half psql_ -q -c "$(enter c agent_work)" 2>/dev/null; then exit 1; fi
if said=$(PGUSER=slaops_half psql_ -q -c "DELETE FROM slaops.sla_policies WHERE policy_set = 'locks'" 2>&1); then exit 1; fi
[[ $said = *'permission denied for table sla_targets'* ]]
[ "$(psql_ -At -c "SELECT count(*) FROM slaops.sla_targets WHERE policy_set = 'locks'")" = 2 ]
psql_ -q -c 'DROP OWNED BY slaops_half' -c 'DROP ROLE slaops_half'
