# shellcheck shell=bash disable=SC2119,SC2120
# A throwaway PostgreSQL cluster for tests and the demo. Source it; do not run it.
#
#   cluster_start [name=value ...]  new cluster, private socket; extra postgresql.conf settings
#   cluster_use   [name=value ...]  the cluster that run.sh has started, else a new one
#   cluster_ctl   ARGUMENT...       pg_ctl on the cluster that this shell started
#   cluster_log                     the end of the server log
#   cluster_stop                    stop and delete; also runs by itself when the shell ends
#   psql_         ARGUMENT...       psql -X, stops at the first error
#
# cluster_start exports PGHOST, PGPORT, PGUSER (a superuser), PGDATABASE and CLUSTER_DIR.
# The server never sees the repository, which may lie where the postgres user cannot
# read: files are opened by psql (\i, \copy) or go through its stdin.

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
PG_CONFIG=${PG_CONFIG:-/usr/lib/postgresql/${PG:-15}/bin/pg_config}
[ -x "$PG_CONFIG" ] || PG_CONFIG=$(command -v "$PG_CONFIG" || command -v pg_config || true)
if [ -z "$PG_CONFIG" ]; then
    echo "cluster.sh: no pg_config found; run 'make deps' or set PG_CONFIG" >&2
    exit 1
fi
PG_BIN=$("$PG_CONFIG" --bindir)
export REPO PG_CONFIG PG_BIN

cluster_owned=          # the directory of the cluster that this shell must delete

# Run a command as the owner of the cluster. initdb and postgres refuse root, so
# root hands over to the postgres user, and anybody else runs the server as himself.
cluster_as_owner() {
    (
        cd "$cluster_owned" || exit 1   # the caller's directory may be unreadable
        umask 077
        if [ "$(id -u)" -eq 0 ]; then
            exec setpriv --reuid=postgres --regid=postgres --init-groups \
                env HOME="$cluster_owned" "$@"
        else
            exec "$@"
        fi
    )
}

cluster_log() {
    [ -n "${CLUSTER_DIR:-}" ] && [ -f "$CLUSTER_DIR/log" ] || return 0
    tail -n 40 "$CLUSTER_DIR/log"
}

cluster_ctl() {
    cluster_as_owner "$PG_BIN/pg_ctl" -s -w -t 60 -D "$cluster_owned/data" -l "$cluster_owned/log" "$@"
}

cluster_stop() {
    [ -n "$cluster_owned" ] || return 0
    # immediate: nobody will read these files again.
    cluster_ctl -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$cluster_owned"
    cluster_owned=
    unset CLUSTER_DIR
}

cluster_on_exit() {
    local status=$?
    trap - EXIT
    trap '' HUP INT TERM    # a second Ctrl-C must not interrupt the clean-up
    if [ "$status" -ne 0 ] && [ -n "$cluster_owned" ]; then
        {
            echo "--- end of the server log"
            cluster_log
            echo "---"
        } >&2
    fi
    cluster_stop
    exit "$status"
}

# A new data directory: a copy of the one that initdb has made for this server and user before,
# which takes a quarter of the time.
cluster_data() {
    local data=$cluster_owned/data kept said
    kept=${CARGO_TARGET_DIR:-$REPO/target}/initdb/$(cd "$PG_BIN" &&
        { id -u && pwd -P && stat -L -c '%s %Y' initdb postgres; } | md5sum | cut -c1-16)
    if [ -f "$kept/PG_VERSION" ] && cp -a "$kept" "$data" 2>/dev/null; then
        return 0
    fi
    rm -rf "$data"
    said=$(cluster_as_owner "$PG_BIN/initdb" --pgdata="$data" --username=postgres \
        --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions 2>&1) || {
        echo "$said" >&2
        return 1
    }
    # Renamed when it is whole. Where it cannot be kept, each cluster is made anew.
    if mkdir -p "$(dirname "$kept")" 2>/dev/null && cp -a "$data" "$kept.$$" 2>/dev/null; then
        mv -T "$kept.$$" "$kept" 2>/dev/null || rm -rf "$kept.$$"
    fi
}

cluster_start() {
    if [ -n "$cluster_owned" ]; then
        echo "cluster_start: this shell has a cluster already" >&2
        return 1
    fi
    if [ "$(id -u)" -eq 0 ] && ! id postgres >/dev/null 2>&1; then
        echo "cluster_start: root needs an operating system user 'postgres' to run the server as" >&2
        return 1
    fi

    # Always below /tmp: TMPDIR may be long (a socket's path is limited to 107
    # bytes) or closed to the postgres user.
    trap cluster_on_exit EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    cluster_owned=$(mktemp -d /tmp/slaops.XXXXXXXX) || return 1
    [ "$(id -u)" -ne 0 ] || chown postgres:postgres "$cluster_owned" || return 1

    # The caller's own connection settings must not leak into the tests.
    unset PGHOSTADDR PGSERVICE PGSERVICEFILE PGPASSFILE PGPASSWORD PGOPTIONS PGTZ \
        PGDATESTYLE PGSSLMODE PGREQUIREPEER PGCHANNELBINDING PGTARGETSESSIONATTRS PGDATA \
        PGAPPNAME PGGSSENCMODE PGCONNECT_TIMEOUT RUST_BACKTRACE
    export CLUSTER_DIR=$cluster_owned PGHOST=$cluster_owned PGPORT=5432 PGUSER=postgres
    export PGDATABASE=postgres PGCLIENTENCODING=UTF8 PSQL_PAGER='' PAGER=cat

    # trust is safe: the socket lies in a directory with mode 0700.
    cluster_data || return 1
    {
        cat <<CONF
listen_addresses = ''
unix_socket_directories = '$cluster_owned'
unix_socket_permissions = 0700
timezone = 'UTC'
log_timezone = 'UTC'
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
        local setting
        for setting in "$@"; do
            echo "${setting%%=*} = '${setting#*=}'"
        done
    } | cluster_as_owner tee -a "$cluster_owned/data/postgresql.conf" >/dev/null || return 1
    cluster_ctl start >/dev/null || {
        echo "cluster_start: the server did not start" >&2
        return 1
    }
}

cluster_use() {
    if [ ! -S "${CLUSTER_DIR:-/nonexistent}/.s.PGSQL.5432" ]; then cluster_start "$@"; fi
}

psql_() {
    "$PG_BIN/psql" -X -v ON_ERROR_STOP=1 "$@"
}

# Does this file create the extension itself?
creates_extension() {
    grep -qiE '^[[:space:]]*create[[:space:]]+extension[^;]*slaops' "$1"
}
