# shellcheck shell=bash
# Source it in a script of this folder: VERSION of the release, and SOURCE_DATE_EPOCH, which dates what is packed: the
# last commit's, or the changelog's in a tree without git.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VERSION=${VERSION:-$(sed -n '/^\[workspace\.package\]/,/^$/s/^version *= *"\(.*\)"/\1/p' "$root/Cargo.toml")}
TARGET=$(cd "$root" && realpath -m "${CARGO_TARGET_DIR:-target}")
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || stat -c %Y "$root/CHANGELOG.md")}
PG_CONFIG=${PG_CONFIG:-/usr/lib/postgresql/${PG:-15}/bin/pg_config}
export root VERSION TARGET SOURCE_DATE_EPOCH PG_CONFIG

# Debian's packages, where the commands they bring are missing.
need() { # package for each command: package:command ...
    local pair missing=()
    for pair in "$@"; do
        command -v "${pair#*:}" >/dev/null || missing+=("${pair%%:*}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "installing ${missing[*]}"
    local as=()
    [ "$(id -u)" -eq 0 ] || as=(sudo)
    { "${as[@]}" apt-get update -qq && "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null ||
        { echo "apt-get could not install ${missing[*]}" >&2; exit 1; }
}
