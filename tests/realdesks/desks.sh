# shellcheck shell=bash
# What the comparisons with real help desks share. Source it after cluster.sh.
#
#   desk_packages PACKAGE ...       install what is missing; answers for debconf come by stdin
#   desk_copy CONNINFO DATABASE     copy a filled database into the cluster

desk_packages() {
    local p missing=() policy=/usr/sbin/policy-rc.d ours='' status=0
    for p in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        echo "tests/realdesks: needs the packages ${missing[*]}; as root it installs them" >&2
        exit 1
    fi
    # No database of Debian's own, no cron jobs, no service, and none of the mail servers that a package would bring.
    debconf-set-selections
    if [ ! -e $policy ]; then
        ours=1
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod +x $policy
    fi
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=900 install -y --no-install-recommends "$@" dbconfig-no-thanks >"$CLUSTER_DIR/apt" 2>&1 || status=$?
    [ -z "$ours" ] || rm -f $policy
    [ "$status" -eq 0 ] || { tail -n 20 "$CLUSTER_DIR/apt" >&2; exit "$status"; }
}

desk_copy() {
    "$PG_BIN/createdb" "$2"
    export PGDATABASE=$2
    # The source is named whole by CONNINFO: the cluster's own settings must not fill in what is left out.
    env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE "$PG_BIN/pg_dump" -O -x "$1" | psql_ -q -o /dev/null
    echo "== $1"
}
