#!/bin/bash
# Make target/pgxn/slaops-VERSION.zip: the last commit's files, with META.json. The same bytes each time.
set -euo pipefail
# shellcheck source=packaging/dated.sh
. "$(dirname "${BASH_SOURCE[0]}")/dated.sh"
need zip:zip python3:python3
out=$TARGET/pgxn
name=slaops-$VERSION
rm -rf "$out"
mkdir -p "$out/$name"
git -C "$root" archive HEAD | tar -x -C "$out/$name"
sed "s/@VERSION@/$VERSION/g" "$root/packaging/META.json.in" >"$out/$name/META.json"
# What lies in the zip assembles as it does here.
"$out/$name/sql/assemble.sh" | cmp - <("$root/sql/assemble.sh")
find "$out/$name" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
python3 - "$out/$name/META.json" "$VERSION" <<'PY'
# What PGXN's specification asks of META.json, and that the files it names are there.
import json, pathlib, re, sys
path = pathlib.Path(sys.argv[1])
meta = json.loads(path.read_text())
for key in ("name", "abstract", "version", "maintainer", "license", "provides", "meta-spec"):
    assert meta.get(key), f"META.json lacks {key}"
assert re.fullmatch(r"\d+\.\d+\.\d+(-[A-Za-z][0-9A-Za-z-]*)?", meta["version"]), meta["version"]
assert meta["version"] == sys.argv[2]
assert meta["meta-spec"]["version"] == "1.0.0"
for name, provided in meta["provides"].items():
    assert provided["version"] == meta["version"], name
    for key in ("file", "docfile"):
        assert (path.parent / provided[key]).is_file(), provided[key]
PY
(cd "$out" && find "$name" -type f -o -type l | LC_ALL=C sort | TZ=UTC zip -X -q -9 "$name.zip" -@)
rm -rf "${out:?}/$name"
ls -1 "$out/$name.zip"
