#!/bin/bash
# Make target/deb/postgresql-NN-slaops_VERSION-1_ARCH.deb of what `make build` has built, by Debian's own tools.
set -euo pipefail
# shellcheck source=packaging/dated.sh
. "$(dirname "${BASH_SOURCE[0]}")/dated.sh"
need debhelper:dh dpkg-dev:dpkg-buildpackage

major=$("$PG_CONFIG" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
case $("$PG_CONFIG" --pkglibdir) in
    /usr/lib/postgresql/"$major"/lib) ;;
    *) echo "deb: $PG_CONFIG is not Debian's PostgreSQL; the package would put files where Debian's server does not look" >&2; exit 1 ;;
esac
package=postgresql-$major-slaops
tree=$TARGET/deb/$package/slaops-$VERSION
rm -rf "$TARGET/deb/$package"
mkdir -p "$tree"
cp -r "$root/packaging/debian" "$tree/debian"
rm "$tree/debian/control.in"
sed "s/@PGVERSION@/$major/g" "$root/packaging/debian/control.in" >"$tree/debian/control"
cat >"$tree/debian/changelog" <<CHANGES
slaops ($VERSION-1) unstable; urgency=medium

  * Release $VERSION; its changes are in changelog.gz beside this file.

 -- The slaops developers <slaops@example.org>  $(date -R -u -d "@$SOURCE_DATE_EPOCH")
CHANGES

cp "$root/CHANGELOG.md" "$tree/debian/upstream-changelog"
cp "$root/README.md" "$tree/debian/README.md"
"$root/packaging/licenses.sh" notices >"$tree/debian/THIRD-PARTY.md"
printf 'debian/README.md\ndebian/THIRD-PARTY.md\n' >"$tree/debian/docs"
printf 'override_dh_installchangelogs:\n\tdh_installchangelogs debian/upstream-changelog\n' >>"$tree/debian/rules"
touch -d "@$SOURCE_DATE_EPOCH" "$tree/debian"/*

log=$TARGET/deb/$package/log
# -d: cargo and rustc are no packages here. -b: binary only.
(cd "$tree" && env -u MAKEFLAGS -u MAKELEVEL SLAOPS="$root" PG_CONFIG="$PG_CONFIG" CARGO_TARGET_DIR="$TARGET" \
    dpkg-buildpackage -b -d -us -uc >"$log" 2>&1) || { tail -n 30 "$log" >&2; exit 1; }
mv "$TARGET/deb/$package"/*.deb "$TARGET/deb/"
ls -1 "$TARGET/deb/${package}_$VERSION"-1_*.deb
