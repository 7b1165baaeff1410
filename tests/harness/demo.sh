#!/bin/bash
# Load the incident log into a throwaway cluster and run demo/demo.sql there.
# DATA=FILE takes a full incident_event_log.csv or .csv.gz; else the slice in tests/data.
# The table incident_log has the slice's columns, as text, values as in the file.
set -euo pipefail
data=${DATA:-}
if [ -n "$data" ]; then
    data=$(realpath -m -- "$data")      # relative to the caller, before any cd
fi
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
cd "$REPO"

slice=tests/data/incident_event_log.csv.gz
script=demo/demo.sql
data=${data:-$slice}
for f in "$data" "$slice" "$script"; do
    if [ ! -f "$f" ] || [ ! -r "$f" ]; then
        echo "demo: cannot read the file $f" >&2
        exit 1
    fi
done

# gzip -dcf copies a file that is not compressed as it is.
header() {
    { gzip -dcf <"$1" 2>/dev/null || true; } | { IFS= read -r line || true; printf '%s' "$line"; } |
        sed -e 's/^\xef\xbb\xbf//' -e 's/\r$//'
}

# A list of column names from a header line, quoted for SQL, one a line.
columns() {
    tr ',' '\n' <<<"$1" | sed -e 's/^[[:space:]]*"\{0,1\}//' -e 's/"\{0,1\}[[:space:]]*$//' -e 's/"/""/g' -e 's/.*/"&"/'
}

join() {        # lines of stdin, each followed by $1, separated by commas
    sed -e "s/\$/$1/" | paste -sd, -
}

have=$(columns "$(header "$data")")
want=$(columns "$(header "$slice")")
missing=$(grep -vxF -f <(echo "$have") <<<"$want" | paste -sd' ' - || true)
if [ -n "$missing" ]; then
    echo "demo: $data lacks the columns $missing" >&2
    exit 1
fi

cluster_start
"$PG_BIN/createdb" demo
export PGDATABASE=demo

echo "Loading $data"
# psql reads the file and streams it: the server need not be able to.
gzip -dcf <"$data" | psql_ -q -c "CREATE UNLOGGED TABLE incident_raw ($(join ' text' <<<"$have"))" \
    -c '\copy incident_raw FROM pstdin WITH (FORMAT csv, HEADER true)'
psql_ -q <<SQL
CREATE TABLE incident_log AS SELECT $(join '' <<<"$want") FROM incident_raw;
DROP TABLE incident_raw;
ANALYZE incident_log;
SQL
creates_extension "$script" || psql_ -q -c 'CREATE EXTENSION slaops'
psql_ -q -f "$script"
