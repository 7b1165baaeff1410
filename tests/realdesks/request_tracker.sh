#!/bin/bash
# A real Request Tracker beside slaops: RT fills its own database through its own API, sets its own due times, and each of
# its figures is compared with what slaops says of the same tickets. By `make test-desks`, not a part of `make test`: it
# installs Debian packages where they are missing (as root; no service is started, nothing in /etc/request-tracker5 is
# changed), and takes a quarter of an hour a seed. The databases are in a throwaway cluster on a private socket.
#
#   tests/realdesks/request_tracker.sh [SEED ...]       seeds of the generator; 5, 7 and 11 if none is named
#
#   GENERATOR=FILE      another generator, called as `perl FILE TICKETS SEED`; RT_LOG names a file that it may write
#   TICKETS=N           how many tickets (320)
#   FILLED=CONNINFO     compare an RT database that is filled already, 'host=/tmp/x user=postgres dbname=rt5'; it is copied
#   KEEP=DIRECTORY      leave a dump of each filled database there
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/request_tracker
generator=$(realpath -m -- "${GENERATOR:-$here/generate.pl}")
filled=${FILLED:-}
keep=${KEEP:-}
[ -z "$keep" ] || keep=$(realpath -m -- "$keep")
# shellcheck source=tests/harness/cluster.sh
. "$here/../../harness/cluster.sh"
# shellcheck source=tests/realdesks/desks.sh
. "$here/../desks.sh"

compare() {
    psql_ -q -c 'CREATE EXTENSION slaops' -c "SELECT * FROM slaops.attach('request_tracker')" -f "$here/views.sql"
    (cd "$here" && psql_ -q -f compare.sql -f checks.sql)
}

cluster_start
if [ -n "$filled" ]; then
    desk_copy "$filled" rt
    compare
    exit
fi

desk_packages request-tracker5 rt5-db-postgresql libtest-mocktime-perl msmtp-mta <<'CONF'
request-tracker5 request-tracker5/dbconfig-install boolean false
request-tracker5 request-tracker5/install-cronjobs boolean false
request-tracker5 request-tracker5/handle-siteconfig-permissions boolean false
msmtp msmtp/apparmor boolean false
CONF
# The settings are read from the repository, which RT's user may not be able to: everything here runs as the caller.
mkdir "$CLUSTER_DIR/site"
cp "$here/site.pm" "$CLUSTER_DIR/site/90-slaops.pm"
psql_ -q -c 'CREATE ROLE rt_user LOGIN SUPERUSER'
export RT_SITE_CONFIG_DIR=$CLUSTER_DIR/site RT_PGHOST=$PGHOST RT_PGPORT=$PGPORT RT_PGUSER=rt_user RT_LOG=$CLUSTER_DIR/actions
[ $# -gt 0 ] || set -- 5 7 11
for seed in "$@"; do
    export RT_PGDATABASE=rt_$seed PGDATABASE=rt_$seed
    "$PG_BIN/createdb" -O rt_user "$PGDATABASE"
    rt-setup-database-5 --action init --skip-create >"$CLUSTER_DIR/setup" 2>&1 || { tail -n 20 "$CLUSTER_DIR/setup" >&2; exit 1; }
    perl "$generator" "${TICKETS:-320}" "$seed" >"$CLUSTER_DIR/filled" 2>&1 || { tail -n 20 "$CLUSTER_DIR/filled" >&2; exit 1; }
    echo
    echo "== Request Tracker, seed $seed: $(tail -n 1 "$CLUSTER_DIR/filled")"
    [ -z "$keep" ] || "$PG_BIN/pg_dump" -O -x -f "$keep/rt_$seed.sql"
    compare
done
