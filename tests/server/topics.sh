#!/bin/bash
# Each topic has its word everywhere; and that is noticed when one of its files is missing. Needs no server.
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/harness/topics.sh

copy=$(mktemp -d /tmp/slaops.XXXXXXXX)
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy/core" "$copy/tests/regress"
cp -r sql src docs "$copy"
cp -r core/src "$copy/core"
cp -r tests/regress/sql "$copy/tests/regress"
tests/harness/topics.sh "$copy"
for file in src/functions/clock.rs core/src/sla/clock.rs tests/regress/sql/clock.sql docs/reference/clock.md docs/concepts/clock.md \
    src/functions/registry.rs sql/functions/clock.sql; do
    mv "$copy/$file" "$copy/away"
    if said=$(tests/harness/topics.sh "$copy" 2>&1); then
        echo "topics: nobody notices that $file is missing" >&2
        exit 1
    fi
    [[ $said == *"topics: "*": no "* ]]
    mv "$copy/away" "$copy/$file"
done
