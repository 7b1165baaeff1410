#!/bin/bash
# The package on a fresh Debian: apt installs it beside a server, three lines of psql give an answer, the marts of the
# sample team too; lintian finds no error; apt removes it and leaves nothing.
set -euo pipefail
# shellcheck source=packaging/dated.sh
. "$(dirname "${BASH_SOURCE[0]}")/dated.sh"
# shellcheck source=packaging/fresh_debian.sh
. "$(dirname "${BASH_SOURCE[0]}")/fresh_debian.sh"
need lintian:lintian

# Of this major and this machine's architecture.
major=${PG:-15}
[[ ! $PG_CONFIG =~ ^/usr/lib/postgresql/([0-9]+)/ ]] || major=${BASH_REMATCH[1]}
deb=$TARGET/deb/postgresql-$major-slaops_$VERSION-1_$(dpkg --print-architecture).deb
[ -f "$deb" ] || { echo "test-deb: no $deb; run make deb" >&2; exit 1; }
passed=0
ok() { passed=$((passed + 1)); echo "ok: $1"; }

lintian --fail-on error --suppress-tags no-manual-page "$deb"
ok "lintian: no error"

tree=$TARGET/deb/root
fresh_debian "$tree"
cp "$deb" "$tree/root/"
echo "\$ apt-get install ./$(basename "$deb")"
started=$(date +%s)
in_debian "$tree" sh -c 'apt-get update -qq && cd /root && apt-get install -y -qq --no-install-recommends ./*.deb' >"$TARGET/deb/apt.log" 2>&1 ||
    { tail -n 20 "$TARGET/deb/apt.log" >&2; exit 1; }
ok "installed with its server in $(($(date +%s) - started)) s"

cat >"$tree/root/try.sh" <<TRY
set -eu
# initdb refuses root; Debian's tool hands over to the postgres user.
pg_lsclusters -h | grep -q . || pg_createcluster $major main >/dev/null
pg_ctlcluster $major main start
psql() { su postgres -c "psql -X -v ON_ERROR_STOP=1 \$*"; }
cat >/tmp/try.sql <<'SQL'
CREATE EXTENSION slaops;
SELECT * FROM slaops.load_sample('demo', 500) LIMIT 1;
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT count(*) AS views FROM slaops.create_marts('marts', 'demo.tickets', 'demo.ticket_events', policy_set => 'demo');
SELECT metric, met, breached, round(attainment::numeric, 3) AS attainment FROM marts.sla_overview WHERE level = 'all' ORDER BY metric;
\dx slaops
SQL
chmod 644 /tmp/try.sql
psql -f /tmp/try.sql
psql -q -c "'DROP SCHEMA marts CASCADE'" -c "'DROP SCHEMA demo CASCADE'" -c "'DROP EXTENSION slaops'" 2>/dev/null
pg_ctlcluster $major main stop
TRY
in_debian "$tree" sh /root/try.sh
ok "CREATE EXTENSION, and a view that answers"

in_debian "$tree" sh -c 'apt-get remove -y -qq --purge "postgresql-*-slaops"' >>"$TARGET/deb/apt.log" 2>&1
left=$(in_debian "$tree" sh -c 'find / -xdev -iname "*slaops*" -not -path "/root/*" -not -path "/proc/*"')
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
ok "removed, nothing left behind"
rm -rf --one-file-system "$tree"
echo "$passed passed, 0 failed"
