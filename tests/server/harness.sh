#!/bin/bash
# The loop itself: the cluster answers, in UTC and UTF8, without a TCP port.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use

[ "$(psql_ -At -c 'select 1')" = 1 ]
[ "$(psql_ -At -c 'show timezone' -c 'show server_encoding' | paste -sd' ')" = 'UTC UTF8' ]
[ -z "$(psql_ -At -c 'show listen_addresses')" ]
