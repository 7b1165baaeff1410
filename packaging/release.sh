#!/bin/bash
# All that a release publishes for this machine's architecture and one PostgreSQL, in target/release-VERSION: the tarball, the
# Debian package, the tree of the extension image, the zip for PGXN, the SBOM, the licences, and SHA256SUMS.
# Refuses to work from a tree with changes, or whose changelog has no date for the version.
set -euo pipefail
# shellcheck source=packaging/dated.sh
. "$(dirname "${BASH_SOURCE[0]}")/dated.sh"
cd "$root"
[ -z "$(git status --porcelain --untracked-files=no)" ] || { echo 'release: commit first; packages are dated by the last commit' >&2; exit 1; }
if ! grep -qE "^## ${VERSION//./\\.} \([0-9]{4}-[0-9]{2}-[0-9]{2}\)$" CHANGELOG.md; then
    [ "${TRIAL:-}" = 1 ] || { echo "release: CHANGELOG.md has no line '## $VERSION (YYYY-MM-DD)'; TRIAL=1 makes everything all the same" >&2; exit 1; }
fi
out=$TARGET/release-$VERSION
rm -rf "$out"
mkdir -p "$out"
for target in package deb image pgxn licenses; do
    echo "release: make $target"
    env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory "$target" >"$out/log" 2>&1 || { tail -n 20 "$out/log" >&2; exit 1; }
done
rm "$out/log"
major=$("$PG_CONFIG" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
cp "$TARGET"/package/*.tar.gz "$TARGET/deb/postgresql-$major-slaops_$VERSION"-1_*.deb "$TARGET/pgxn/slaops-$VERSION.zip" "$TARGET"/licenses/* "$out/"
cp "$TARGET/slaops-$VERSION-image.tar.gz" "$out/slaops-$VERSION-pg$major-image.tar.gz"
(cd "$out" && sha256sum ./* | sed 's|\./||' >"$TARGET/SHA256SUMS" && mv "$TARGET/SHA256SUMS" SHA256SUMS && sha256sum --quiet -c SHA256SUMS)
cat "$out/SHA256SUMS"
