#!/bin/bash
# Which crates the library links and under what licences.
#   licenses.sh           check them by packaging/deny.toml; write THIRD-PARTY.md and the SBOM to target/licenses
#   licenses.sh notices   print THIRD-PARTY.md: names, versions, licences and their texts
set -euo pipefail
# shellcheck source=packaging/dated.sh
. "$(dirname "${BASH_SOURCE[0]}")/dated.sh"
export PATH="$TARGET/release-tools/bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
cd "$root"

tool() { # crate version [feature]: cargo's own way to install it, once, below target/
    "$1" --version 2>/dev/null | grep -qF " $2" || cargo install --quiet --locked ${3:+--features "$3"} --root "$TARGET/release-tools" "$1@$2" >&2
}
# Below, all crates of Cargo.lock must be here, of other systems too; a build has fetched those of this one.
cargo metadata --frozen --format-version 1 >/dev/null 2>&1 || cargo fetch --quiet --locked >&2
if [ "${1:-}" = notices ]; then
    tool cargo-about 0.9.3 cli
    cargo about -L error generate --frozen --config packaging/about.toml packaging/about.hbs
    exit
fi
tool cargo-deny 0.20.2
tool cargo-cyclonedx 0.5.9
out=$TARGET/licenses
rm -rf "$out"
mkdir -p "$out"
# Advisories need the database of RustSec, which is fetched: the workflow checks them.
cargo deny --offline --config packaging/deny.toml --log-level warn check bans licenses sources
"$0" notices >"$out/THIRD-PARTY.md"
cargo cyclonedx --quiet --format json --spec-version 1.5 --override-filename slaops.cdx
# It names the directory of the tree.
sed "s|file://$root|file:///slaops|g" slaops.cdx.json >"$out/slaops-$VERSION.cdx.json"
rm -f slaops.cdx.json core/slaops.cdx.json
ls -1 "$out"
