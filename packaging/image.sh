#!/bin/bash
# Make target/image: the tree of an extension image as CloudNativePG mounts it (lib/, share/extension/, licenses/), the
# Dockerfile that copies it into an empty image, and the same image as a tar for machines without Docker.
set -euo pipefail
# shellcheck source=packaging/dated.sh
. "$(dirname "${BASH_SOURCE[0]}")/dated.sh"
out=$TARGET/image
staged=$TARGET/image.staged
rm -rf "$out" "$staged"
mkdir -p "$out/lib" "$out/share/extension" "$out/licenses"
env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory -C "$root" copy DESTDIR="$staged" PG_CONFIG="$PG_CONFIG" >/dev/null
cp "$staged$("$PG_CONFIG" --pkglibdir)/slaops.so" "$out/lib/"
cp "$staged$("$PG_CONFIG" --sharedir)"/extension/slaops* "$out/share/extension/"
rm -rf "$staged"
cp "$root/LICENSE" "$out/licenses/slaops"
"$root/packaging/licenses.sh" notices >"$out/licenses/third-party.md"
cp "$root/packaging/cnpg/Dockerfile" "$root/packaging/cnpg/cluster.yaml" "$out/"
find "$out" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
tar -C "$out" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - lib share licenses |
    gzip -n -9 >"$TARGET/slaops-$VERSION-image.tar.gz"
find "$out" -type f | sort
