#!/bin/bash
# Build the package of the last commit twice, in directories of other names and lengths, and compare the bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(realpath -m "${CARGO_TARGET_DIR:-target}")/reproducible
commit=$(git rev-parse HEAD)     # Both are of it, also if a commit comes while the first is built.
rm -rf "$work"
for place in one another/and/longer; do
    mkdir -p "$(dirname "$work/$place")"
    git clone --quiet --no-hardlinks . "$work/$place"
    git -C "$work/$place" checkout --quiet "$commit"
    env -u CARGO_TARGET_DIR make --no-print-directory -C "$work/$place" package >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }
done
sums=$(cd "$work" && sha256sum one/target/package/*.tar.gz another/and/longer/target/package/*.tar.gz)
echo "$sums"
if [ "$(cut -d' ' -f1 <<<"$sums" | sort -u | wc -l)" -ne 1 ]; then
    echo 'reproducible: the two packages differ' >&2
    for place in one another/and/longer; do
        mkdir -p "$work/unpacked/${place//\//-}"
        tar -C "$work/unpacked/${place//\//-}" -xzf "$work/$place"/target/package/*.tar.gz
    done
    diff -rq "$work/unpacked/one" "$work/unpacked/another-and-longer" >&2 || true
    exit 1
fi
named=$(grep -a -o -E "${work}[[:alnum:]/._-]*|${CARGO_HOME:-$HOME/.cargo}/registry[[:alnum:]/._-]*" "$work/one/target/release/libslaops.so" | sort -u || true)
if [ -n "$named" ]; then
    echo "$named" >&2
    echo 'reproducible: the library names a directory of this machine' >&2
    exit 1
fi
rm -rf "$work"
echo 'reproducible: equal bytes'
