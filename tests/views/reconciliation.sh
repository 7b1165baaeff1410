#!/bin/bash
# Planted differences: reconciliation names the cause of each. The vendor's figures are counted on ranges of open time, without slaops.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -o /dev/null -f "$(dirname "$0")/reconciliation/planted.sql"
