#!/bin/bash
# All that a release publishes for this machine's architecture and one PostgreSQL, in target/release-VERSION: the tarball, the
# Debian package, the tree of the extension image (from PostgreSQL 18 on), the zip for PGXN, the SBOM, the licences, and SHA256SUMS.
# Refuses to work from a tree with changes, whose changelog has no date for the version, or whose install script is not frozen;
# TRIAL=1 looks at the first only.
set -euo pipefail
# shellcheck source=packaging/dated.sh
. "$(dirname "${BASH_SOURCE[0]}")/dated.sh"
cd "$root"
[ -z "$(git status --porcelain --untracked-files=no)" ] || { echo 'release: commit first; packages are dated by the last commit' >&2; exit 1; }
if [ "${TRIAL:-}" != 1 ]; then
    grep -qE "^## ${VERSION//./\\.} \([0-9]{4}-[0-9]{2}-[0-9]{2}\)$" CHANGELOG.md ||
        { echo "release: CHANGELOG.md has no line '## $VERSION (YYYY-MM-DD)'; TRIAL=1 makes everything all the same" >&2; exit 1; }
    frozen=tests/data/releases/slaops--$VERSION.sql.gz
    { [ -f "$frozen" ] && cmp -s <(gzip -dc "$frozen") <(sql/assemble.sh); } ||
        { echo "release: $frozen is not what sql/assemble.sh prints: see RELEASING.md; TRIAL=1 makes everything all the same" >&2; exit 1; }
    [ -f "tests/data/values/$VERSION.tsv.gz" ] || { echo "release: there is no tests/data/values/$VERSION.tsv.gz: see RELEASING.md" >&2; exit 1; }
fi
out=$TARGET/release-$VERSION
rm -rf "$out"
mkdir -p "$out"
major=$("$PG_CONFIG" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
targets=(package deb pgxn licenses)
# Extension images are for PostgreSQL 18 and later.
[ "$major" -lt 18 ] || targets+=(image)
for target in "${targets[@]}"; do
    echo "release: make $target"
    env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory "$target" >"$out/log" 2>&1 || { tail -n 20 "$out/log" >&2; exit 1; }
done
rm "$out/log"
cp "$TARGET"/package/*.tar.gz "$TARGET/deb/postgresql-$major-slaops_$VERSION"-1_*.deb "$TARGET/pgxn/slaops-$VERSION.zip" "$TARGET"/licenses/* "$out/"
[ "$major" -lt 18 ] || cp "$TARGET/slaops-$VERSION-image.tar.gz" "$out/slaops-$VERSION-pg$major-$(uname -m)-image.tar.gz"
(cd "$out" && sha256sum ./* | sed 's|\./||' >"$TARGET/SHA256SUMS" && mv "$TARGET/SHA256SUMS" SHA256SUMS && sha256sum --quiet -c SHA256SUMS)
cat "$out/SHA256SUMS"
