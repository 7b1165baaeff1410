#!/bin/bash
# A real Redmine beside slaops: Redmine fills its own database through its own models, under mocked time, and its figures
# are compared with what slaops says of the same issues. By `make test-desks`, not a
# part of `make test`: it installs Debian packages where
# they are missing (as root; no service is started, nothing in /etc/redmine is changed), and takes minutes a seed. The
# databases are in a throwaway cluster on a private socket, Redmine's own files are copied beside it.
#
#   tests/realdesks/redmine.sh [SEED ...]       seeds of the generator; 5, 7 and 11 if none is named
#
#   GENERATOR=FILE      another generator, for `rails runner`; TICKETS and SEED are in its environment
#   TICKETS=N           how many issues (200)
#   ZONE=NAME           the zone of the application (Europe/Berlin)
#   FILLED=CONNINFO     compare a Redmine database that is filled already, 'host=/tmp/x user=postgres dbname=redmine'; it is copied
#   KEEP=DIRECTORY      leave a dump of each filled database there
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
generator=$(realpath -m -- "${GENERATOR:-$here/redmine/generate.rb}")
filled=${FILLED:-}
keep=${KEEP:-}
zone=${ZONE:-Europe/Berlin}
[ -z "$keep" ] || keep=$(realpath -m -- "$keep")
# shellcheck source=tests/harness/cluster.sh
. "$here/../harness/cluster.sh"
# shellcheck source=tests/realdesks/desks.sh
. "$here/desks.sh"

compare() {
    psql_ -q -c 'CREATE EXTENSION slaops' -c "SELECT * FROM slaops.attach('redmine', time_zone => '$zone')"
    psql_ -q -v zone="$zone" -f "$here/redmine/compare.sql" -f "$here/redmine/checks.sql"
}

cluster_start
if [ -n "$filled" ]; then
    desk_copy "$filled" redmine
    compare
    exit
fi

desk_packages redmine redmine-pgsql <<'CONF'
redmine redmine/instances/default/dbconfig-install boolean false
redmine redmine/default-language select en
CONF
# A copy of the program: its settings name our database, and what it writes stays here.
copy=$CLUSTER_DIR/redmine
cp -a /usr/share/redmine "$copy"
sed -i "s#/usr/share/redmine/#$copy/#" "$copy/Gemfile"
rm -rf "$copy/instances" "$copy/config/database.yml"
mkdir -p "$copy"/instances/default/{config,log,tmp,files}
printf '%s\n' "$(head -c 64 /dev/urandom | sha512sum | cut -c1-128)" >"$copy/instances/default/config/secret_key.txt"
export TZ=$zone TICKETS=${TICKETS:-200} RAILS_ENV=production REDMINE_LANG=en
[ $# -gt 0 ] || set -- 5 7 11
for seed in "$@"; do
    export PGDATABASE=redmine_$seed SEED=$seed
    "$PG_BIN/createdb" "$PGDATABASE"
    cat >"$copy/instances/default/config/database.yml" <<YAML
production: {adapter: postgresql, database: $PGDATABASE, host: $PGHOST, port: $PGPORT, username: $PGUSER, encoding: utf8}
YAML
    cp "$copy/instances/default/config/database.yml" "$copy/config/database.yml"
    (
        cd "$copy"
        bin/rake db:migrate && bin/rake redmine:load_default_data && bin/rails runner "$generator"
    ) >"$CLUSTER_DIR/filled" 2>&1 || { tail -n 20 "$CLUSTER_DIR/filled" >&2; exit 1; }
    echo
    echo "== Redmine, seed $seed: $(tail -n 1 "$CLUSTER_DIR/filled")"
    [ -z "$keep" ] || "$PG_BIN/pg_dump" -O -x -f "$keep/redmine_$seed.sql"
    compare
done
