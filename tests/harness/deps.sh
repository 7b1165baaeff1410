#!/bin/bash
# Install what the build and the tests need and this machine lacks; run again, it does
# nothing. PG is the major version (15), PG_CONFIG names a PostgreSQL other than Debian's, and
# CARGO_PGRX=1 asks for cargo-pgrx, which no target uses: it would add 6 minutes to a first run.
#   deps.sh [lint]      with lint, what `make lint` needs besides
set -euo pipefail
PG=${PG:-15}
pgrx_version=0.18.1     # as pinned in Cargo.toml
config=${PG_CONFIG:-/usr/lib/postgresql/$PG/bin/pg_config}
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin

if ! command -v cargo >/dev/null || ! command -v rustc >/dev/null; then
    cat >&2 <<'HELP'
deps: cargo and rustc are missing. Install Rust (1.95 or newer) with
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y
then open a new shell, or run: . "$HOME/.cargo/env"
HELP
    exit 1
fi

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "deps: needs root or sudo for: $*" >&2
        exit 1
    fi
}

have_server() {         # a server, its headers and pg_regress
    [ -x "$config" ] && [ -x "$("$config" --bindir)/initdb" ] &&
        [ -f "$("$config" --includedir-server)/postgres.h" ] &&
        "${PG_REGRESS:-$(dirname "$("$config" --pgxs)")/../test/regress/pg_regress}" --version >/dev/null 2>&1
}

have_libclang() {       # bindgen loads it, and needs the compiler's own headers
    compgen -G '/usr/lib/llvm-*/lib/libclang*.so*' >/dev/null &&
        compgen -G '/usr/lib/llvm-*/lib/clang/*/include/stddef.h' >/dev/null
}

packages=()
if [ "${1:-}" = lint ]; then
    # What lint takes from PyPI is lint_tools.sh's.
    for component in clippy rustfmt; do
        cargo "${component/rust/}" --version >/dev/null 2>&1 || rustup component add "$component"
    done
    python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3 python3-venv)
fi
if [ -n "${PG_CONFIG:-}" ] && ! have_server; then
    echo "deps: $PG_CONFIG lacks one of: initdb, server headers, a pg_regress that runs (PG_REGRESS names another)" >&2
    exit 1
fi
# A server of another kind, on the PATH, will do as well.
if ! have_server && on_path=$(command -v pg_config) && [[ $("$on_path" --version) =~ ^PostgreSQL\ ${PG}[^0-9] ]]; then
    debian=$config
    config=$on_path
    have_server || config=$debian
fi
have_server || packages+=("postgresql-$PG" "postgresql-server-dev-$PG")
command -v cc >/dev/null && command -v make >/dev/null && [ -f /usr/include/stdio.h ] || packages+=(build-essential)
command -v pkg-config >/dev/null || packages+=(pkg-config)
have_libclang || packages+=(libclang-dev clang)
command -v setpriv >/dev/null || packages+=(util-linux)

if [ ${#packages[@]} -gt 0 ]; then
    echo "deps: installing ${packages[*]}"
    if ! command -v apt-get >/dev/null; then
        echo "deps: this is no Debian; install their like yourself, or set PG_CONFIG" >&2
        exit 1
    fi
    # Debian would create and start a cluster with the server. The tests make their
    # own, so say no, unless somebody has configured this machine already.
    conf=/etc/postgresql-common/createcluster.conf
    if [ ! -e $conf ]; then
        as_root mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" | as_root tee $conf >/dev/null
        as_root chmod 755 /etc/postgresql-common
        as_root chmod 644 $conf
    fi
    log=$(mktemp)           # apt is wordy even with -qq: show it only when it fails
    trap 'rm -f "$log"' EXIT
    {
        as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
    } >"$log" 2>&1 || {
        tail -n 40 "$log" >&2
        echo "deps: apt-get could not install ${packages[*]}." >&2
        echo "deps: Debian 12 has PostgreSQL 15; for another, see https://apt.postgresql.org or set PG_CONFIG" >&2
        exit 1
    }
    have_server || { echo "deps: no complete PostgreSQL $PG at $config" >&2; exit 1; }
fi

# pg_cron serves one test, which says so where it is not to be had.
if [ "$config" = "/usr/lib/postgresql/$PG/bin/pg_config" ] && [ ! -e "$("$config" --pkglibdir)/pg_cron.so" ] && command -v apt-get >/dev/null; then
    install_cron() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "postgresql-$PG-cron" >/dev/null 2>&1; }
    install_cron || { as_root apt-get update -qq >/dev/null 2>&1 && install_cron; } || echo "deps: no postgresql-$PG-cron here; the test of a scheduled refresh is left out"
fi

# cargo-pgrx serves `cargo pgrx run` and the like. The build asks pg_config alone, by way of
# PGRX_PG_CONFIG_PATH, and the SQL is written by hand, so that it is an extra.
if [ "${CARGO_PGRX:-}" = 1 ]; then
    if [ "$(cargo pgrx --version 2>/dev/null)" != "cargo-pgrx $pgrx_version" ]; then
        echo "deps: installing cargo-pgrx $pgrx_version; this takes 5 to 8 minutes, once"
        cargo install --locked cargo-pgrx --version "=$pgrx_version"
    fi
    major=$("$config" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
    # With a pg_config, init only writes the file: no download, no build, no server.
    grep -qs "^pg$major *=" "${PGRX_HOME:-$HOME/.pgrx}/config.toml" ||
        cargo pgrx init "--pg$major=$config"
fi
