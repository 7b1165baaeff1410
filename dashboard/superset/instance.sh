# shellcheck shell=bash
# A Superset of its own for serve.sh and the test. Source it; do not run it.
#
#   superset_packages FILE...     a virtual environment with these lock files
#   superset_home                 a directory for what Superset stores, deleted when the shell ends; exports its settings
#   superset_secret BYTES         random letters and digits
#   superset_quietly COMMAND...   a command whose output is shown only if it fails
#   superset_serve HOST PORT      Superset, until it is ended

superset_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
superset_target=${CARGO_TARGET_DIR:-$superset_here/../../target}
superset_venv=${SUPERSET_VENV:-$superset_target/superset}
superset_made=()

superset_packages() {
    local lock each files=()
    # Anew where a lock file has changed since.
    lock=$(cat "$@" | cksum)
    if [ ! -x "$superset_venv/bin/superset" ] || ! grep -qxF "$lock" "$superset_venv/lock" 2>/dev/null; then
        echo "superset: Python packages into $superset_venv (minutes, once)" >&2
        python3 -m venv "$superset_venv" || { echo 'superset: python3 has no venv; on Debian: apt install python3-venv' >&2; return 1; }
        for each in "$@"; do files+=(-r "$each"); done
        "$superset_venv/bin/pip" install -q --disable-pip-version-check "${files[@]}"
        printf '%s\n' "$lock" >>"$superset_venv/lock"
    fi
    superset_venv=$(realpath "$superset_venv")
}

superset_secret() { "$superset_venv/bin/python" -c 'import secrets, sys; print(secrets.token_urlsafe(int(sys.argv[1])))' "$1"; }

superset_on_exit() {
    local status=$?
    trap '' HUP INT TERM
    rm -rf "${superset_made[@]}"
    if declare -F cluster_on_exit >/dev/null; then
        set +e
        (exit "$status")    # which cluster_on_exit looks at
        cluster_on_exit
    fi
    trap - EXIT
    exit "$status"
}

superset_quietly() {
    local said
    said=$("$@" 2>&1) || { printf '%s\n' "$said" >&2; return 1; }
}

superset_home() {
    local home kept
    trap superset_on_exit EXIT
    home=$(mktemp -d "${TMPDIR:-/tmp}/slaops-superset.XXXXXXXX")
    superset_made+=("$home")
    SUPERSET_SECRET_KEY=$(superset_secret 42)
    export SUPERSET_SECRET_KEY
    export SUPERSET_CONFIG_PATH=$superset_here/superset_config.py FLASK_APP='superset.app:create_app()'
    export SCARF_ANALYTICS=false SUPERSET_HOME_DIR=$home SUPERSET_DATABASE_URI=sqlite:///$home/superset.db
    # An empty store is made once for each lock file, which takes a minute; it has no user and no secret.
    kept=$superset_target/superset-empty/$(cksum <"$superset_here/requirements.txt" | tr ' ' -).db
    if [ ! -f "$kept" ]; then
        echo 'superset: an empty store (about a minute, once)' >&2
        superset_quietly "$superset_venv/bin/superset" db upgrade
        superset_quietly "$superset_venv/bin/superset" init
        mkdir -p "$(dirname "$kept")"
        cp "$home/superset.db" "$kept.$$"
        mv "$kept.$$" "$kept"
    else
        cp "$kept" "$home/superset.db"
    fi
    chmod 600 "$home/superset.db"
}

superset_serve() {
    "$superset_venv/bin/gunicorn" --config "$superset_here/gunicorn.conf.py" --bind "$1:$2" "$FLASK_APP" >"$SUPERSET_HOME_DIR/log" 2>&1
}
