#!/bin/bash
# A Znuny's own tables: what attach makes of them is what truly happened, with its promises and its hours.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -o /dev/null -f "$(dirname "$0")/attach/znuny.sql"
