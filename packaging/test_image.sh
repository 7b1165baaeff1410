#!/bin/bash
# What CloudNativePG does with the image, on PostgreSQL 18 without Kubernetes: the tree lies read-only in a directory of its
# own, and the server finds it by extension_control_path and dynamic_library_path alone. Needs make image PG_CONFIG=(18's).
set -euo pipefail
# shellcheck source=packaging/dated.sh
. "$(dirname "${BASH_SOURCE[0]}")/dated.sh"
major=$("$PG_CONFIG" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
[ "$major" -ge 18 ] || { echo "test-image: PostgreSQL $major has no extension_control_path; set PG_CONFIG to one of 18" >&2; exit 1; }
[ -f "$TARGET/image/lib/slaops.so" ] || { echo 'test-image: no tree; run make image' >&2; exit 1; }
work=$(mktemp -d /tmp/slaops-image.XXXXXX)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
# A copy of the server, without what `make install` has put into it: the tree alone has to be enough.
# shellcheck source=tests/harness/moved.sh
. "$root/tests/harness/moved.sh"
moved_server "$work" || { echo 'test-image: this PostgreSQL cannot be copied to another directory' >&2; exit 1; }
rm -f "$("$PG_CONFIG" --sharedir)"/extension/slaops* "$("$PG_CONFIG" --pkglibdir)/slaops.so"
mount=$work/mount
mkdir "$mount"
cp -r "$TARGET/image/lib" "$TARGET/image/share" "$mount/"
chmod -R a+rX,a-w "$mount"
export CARGO_TARGET_DIR=$work/target
# shellcheck source=tests/harness/cluster.sh
. "$root/tests/harness/cluster.sh"
on_exit() {
    local status=$?
    [ "$status" -eq 0 ] || cluster_log >&2
    # With pg_ctl, which lies there.
    cluster_stop
    chmod -R u+w "$work"
    rm -rf "$work"
    (exit "$status")
    cluster_on_exit
}
cluster_start "extension_control_path=$mount/share:\$system" "dynamic_library_path=$mount/lib:\$libdir" || on_exit
trap on_exit EXIT
psql_ -q -o /dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 500);
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT FROM slaops.create_marts('marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo');
SQL
psql_ -c "SELECT name, version, installed FROM pg_available_extension_versions WHERE name = 'slaops'" \
    -c "SELECT metric, met, breached FROM marts.sla_overview WHERE level = 'all' ORDER BY metric"
# A new session, and a dump that is restored.
[ "$(psql_ -At -c "SELECT slaops.business_minutes('Mo-Fr 09:00-17:00 @ UTC', '2026-07-02 16:00Z', '2026-07-03 10:00Z')")" = 120 ]
"$PG_BIN/createdb" restored
"$PG_BIN/pg_dump" | psql_ -q -d restored >/dev/null
[ "$(psql_ -At -d restored -c 'SELECT count(*) FROM marts.mart_sla')" = "$(psql_ -At -c 'SELECT count(*) FROM marts.mart_sla')" ]
echo '1 passed, 0 failed'
