#!/bin/bash
# A Zammad's own tables: what attach makes of them is what truly happened, with the promises that Zammad keeps in YAML or JSON.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
psql_ -q -o /dev/null -f "$(dirname "$0")/attach/zammad.sql"
