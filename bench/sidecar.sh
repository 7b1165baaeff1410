#!/bin/bash
# Time attach, create_marts and a refresh of one day with the desk's tables on another server, beside the same in the desk's own
# database, with and without copies. Prints a table: a figure over its target is printed, and fails nothing.
#
#   BENCH_TICKETS=50000   size of the team
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tests/harness/cluster.sh"
cd "$REPO"
settings=(shared_buffers=512MB max_wal_size=8GB checkpoint_timeout=1h autovacuum=off)
coproc desk {
    cluster_start "${settings[@]}" >&2
    echo "$CLUSTER_DIR"
    read -r _ || true
}
read -r desk_dir <&"${desk[0]}"
cluster_start "${settings[@]}"
there() { PGHOST=$desk_dir psql_ -qAt -o /dev/null "$@" 2>/dev/null; }
beside() { psql_ -qAt -o /dev/null "$@" 2>/dev/null; }
echo "bench: making a desk of ${BENCH_TICKETS:-50000} tickets" >&2
there -v tickets="${BENCH_TICKETS:-50000}" -f tests/support/desk.sql
there -c 'VACUUM ANALYZE'
beside -f - <<SQL
CREATE EXTENSION slaops;
CREATE EXTENSION postgres_fdw;
SELECT slaops.load_sample('demo', 10);
CREATE SERVER desk FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$desk_dir', port '$PGPORT', dbname 'postgres', fetch_size '10000');
CREATE USER MAPPING FOR postgres SERVER desk;
CREATE SCHEMA za;
IMPORT FOREIGN SCHEMA za FROM SERVER desk INTO za;
CREATE TABLE line (step text, own float8, copied float8, direct float8);
SQL
timed() { # server, statement ...: seconds
    local began
    began=$(date +%s%N)
    "$@"
    echo "$(( ($(date +%s%N) - began) / 1000000 ))"
}
steps() { # server, schema of the views, copy or not
    timed "$1" -c "SELECT FROM slaops.attach('zendesk_api', 'za', '$2', copy => $3)"
    timed "$1" -c "SET slaops.as_of = '2026-01-05 08:00Z'" -c "SELECT FROM slaops.create_marts('$2', policy_set => 'demo')"
}
again() { timed "$1" -c "CALL slaops.refresh('$2', '2026-01-06 08:00Z')"; }
mapfile -t own < <(steps there support false)
mapfile -t copied < <(steps beside support true)
mapfile -t direct < <(steps beside direct false)
there -f tests/support/desk_day.sql
own+=("$(again there support)")
update=$(timed beside -c "SELECT FROM slaops.update_copy('za_copy')")
copied+=("$(($(again beside support) + update))")
direct+=("$(again beside direct)")
names=(attach create_marts 'refresh of a day')
targets=('' 2 3)
printf '%-18s %12s %12s %8s %12s %8s %8s\n' step 'there, s' 'copied, s' ratio 'direct, s' ratio 'at most'
for step in 0 1 2; do
    awk -v name="${names[step]}" -v own="${own[step]}" -v copied="${copied[step]}" -v direct="${direct[step]}" -v target="${targets[step]}" 'BEGIN {
        printf "%-18s %12.1f %12.1f %8.2f %12.1f %8.2f %8s%s\n", name, own / 1000, copied / 1000, copied / own, direct / 1000, direct / own, target, (target != "" && copied / own > target ? "  over" : "")
    }'
done
awk -v own="$((own[0] + own[1]))" -v copied="$((copied[0] + copied[1]))" -v direct="$((direct[0] + direct[1]))" 'BEGIN {
    printf "%-18s %12.1f %12.1f %8.2f %12.1f %8.2f %8s%s\n", "both of the first", own / 1000, copied / 1000, copied / own, direct / 1000, direct / own, 2, (copied / own > 2 ? "  over" : "")
}'
echo "update_copy after the day: $update ms of the refresh"
