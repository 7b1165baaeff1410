#!/bin/bash
# A Salesforce whose story is known: what attach makes of it, without a line of configuration.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -o /dev/null -f "$(dirname "$0")/attach/salesforce.sql"
