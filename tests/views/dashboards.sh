#!/bin/bash
# Marts and dashboards of the demo team are computed again in plain SQL, in days of New York; the same figure in two views is the same.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -o /dev/null -f "$(dirname "$0")/dashboards/views.sql"
