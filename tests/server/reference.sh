#!/bin/bash
# docs/reference is what tests/harness/reference.sh writes, and the book lists each of its pages.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
written=${CARGO_TARGET_DIR:-$REPO/target}/reference
rm -rf "$written"
mkdir -p "$written"
"$REPO/tests/harness/reference.sh" "$written"
diff -ru "$REPO/docs/reference" "$written" || {
    echo 'reference: docs/reference is not up to date: run tests/harness/reference.sh' >&2
    exit 1
}
[ "$(find "$written" -name '*.md' | wc -l)" -ge 20 ]
