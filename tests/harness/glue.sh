#!/bin/bash
# The tests of src/tests.rs, which run inside a server, by pgrx-tests: `make test-glue`. Arguments go to the test
# program, such as a part of a test's name.
#
# pgrx-tests installs, makes a data directory and starts a server by itself. Its installer (cargo-pgrx) would overwrite
# the PostgreSQL it is given and generate an install script, so this script does that part: into a copy of PostgreSQL in
# a temporary directory, with the script that sql/assemble.sh makes and a declaration for each test. The rest is
# pgrx-tests' own.
set -euo pipefail

# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
cd "$REPO"

version=$(sed -n '/^\[workspace\.package\]/,/^$/s/^version *= *"\(.*\)"/\1/p' Cargo.toml)
major=$("$PG_CONFIG" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/glue PGRX_PG_CONFIG_PATH=$PG_CONFIG
# As the library beside it, so that both share what they are made of.
export CARGO_PROFILE_TEST_OPT_LEVEL=0 CARGO_PROFILE_DEV_DEBUG=false SLAOPS_INTERFACE
SLAOPS_INTERFACE=$(sql/assemble.sh interface)

cargo_test() { cargo "$1" --lib --no-default-features --features "pg$major pg_test" "${@:2}"; }
program=$(cargo_test test --no-run --message-format=json-render-diagnostics |
    sed -nE 's/.*"profile":\{[^}]*"test":true\}.*"executable":"([^"]+)".*/\1/p' | tail -1)
[ -x "$program" ] || { echo "glue.sh: cargo made no test program" >&2; exit 1; }
cargo_test build

dir=$(mktemp -d /tmp/slaops.XXXXXXXX)
trap 'rm -rf "$dir"' EXIT

# A copy of PostgreSQL finds its files beside itself if the paths from one to another are the same.
home=$(dirname "$PG_BIN")
share=$("$PG_CONFIG" --sharedir)
for part in "$home" "$share"; do
    [ -e "$dir/pg$part" ] || { mkdir -p "$dir/pg$part"; cp -a "$part/." "$dir/pg$part/"; }
done
lib=$dir/pg$("$PG_CONFIG" --pkglibdir)
extension=$dir/pg$share/extension
rm -f "$extension"/slaops*
install -m 755 "$CARGO_TARGET_DIR/debug/libslaops.so" "$lib/slaops.so"
sed "s/@CARGO_VERSION@/$version/" slaops.control > "$extension/slaops.control"
{
    sql/assemble.sh
    echo 'CREATE SCHEMA tests;'
    nm -D --defined-only "$lib/slaops.so" | sed -nE 's/.* pg_finfo_(.*)_wrapper$/\1/p' | while read -r name; do
        echo "CREATE FUNCTION tests.\"$name\"() RETURNS void LANGUAGE c AS 'MODULE_PATHNAME', '${name}_wrapper';"
    done
} > "$extension/slaops--$version.sql"

# pgrx-tests reads the name of the extension from the manifest.
mkdir -p "$dir/repo/core/src" "$dir/repo/src" "$dir/target"
cp Cargo.toml "$dir/repo/"
cp core/Cargo.toml "$dir/repo/core/"
touch "$dir/repo/src/lib.rs" "$dir/repo/core/src/lib.rs"
cp "$program" "$dir/program"

run=()
user=$(id -un)
if [ "$(id -u)" -eq 0 ]; then       # as the server does, for which root is refused
    chown -R postgres:postgres "$dir"
    run=(setpriv --reuid=postgres --regid=postgres --init-groups)
    user=postgres
fi
cd "$dir"
env -u RUST_BACKTRACE HOME="$dir" USER="$user" CARGO_MANIFEST_DIR="$dir/repo" CARGO_TARGET_DIR="$dir/target" \
    CARGO_PGRX_TEST_PGDATA="$dir" CARGO_PGRX=/bin/true PGRX_PG_CONFIG_PATH="$dir/pg$PG_BIN/pg_config" \
    "${run[@]}" "$dir/program" --test-threads=1 "$@"
