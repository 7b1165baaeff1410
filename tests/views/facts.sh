#!/bin/bash
# What the marts say of the demo team is computed again from its tickets and events in plain SQL, to the row.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -o /dev/null -f "$(dirname "$0")/facts/views.sql"
