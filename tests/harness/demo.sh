#!/bin/bash
# Load real data into a throwaway cluster and run examples/*.sql there: an incident log, and a city's service requests.
# DATA=FILE takes a full incident_event_log.csv or .csv.gz, CITY=FILE a full cases_2015.csv or .csv.gz; else the
# slices in tests/data. The tables incident_log and service_request have the slices' columns, as text, values as in the file.
set -euo pipefail
data=${DATA:-}
city=${CITY:-}
# Relative to the caller, before any cd.
[ -z "$data" ] || data=$(realpath -m -- "$data")
[ -z "$city" ] || city=$(realpath -m -- "$city")
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
cd "$REPO"

slice=tests/data/incident_event_log.csv.gz
city_slice=tests/data/boston311.csv.gz
script=examples/demo.sql
city_script=examples/boston311.sql
data=${data:-$slice}
city=${city:-$city_slice}
for f in "$data" "$slice" "$script" "$city" "$city_slice" "$city_script" examples/boston311.yml; do
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

# The columns of a slice that a file lacks.
missing() {
    grep -vxF -f <(columns "$(header "$1")") < <(columns "$(header "$2")") | paste -sd' ' - || true
}
for pair in "$data $slice" "$city $city_slice"; do
    lacks=$(missing "${pair% *}" "${pair##* }")
    if [ -n "$lacks" ]; then
        echo "demo: ${pair% *} lacks the columns $lacks" >&2
        exit 1
    fi
done

load() {        # file, slice, table
    echo "Loading $1"
    # psql reads the file and streams it: the server need not be able to.
    # shellcheck disable=SC2094     # both read
    gzip -dcf <"$1" | psql_ -q -c "CREATE UNLOGGED TABLE raw ($(columns "$(header "$1")" | join ' text'))" \
        -c '\copy raw FROM pstdin WITH (FORMAT csv, HEADER true)'
    psql_ -q <<SQL
CREATE TABLE $3 AS SELECT $(columns "$(header "$2")" | join '') FROM raw;
DROP TABLE raw;
ANALYZE $3;
SQL
}

cluster_start
"$PG_BIN/createdb" demo
export PGDATABASE=demo
load "$data" "$slice" incident_log
load "$city" "$city_slice" service_request
creates_extension "$script" || psql_ -q -c 'CREATE EXTENSION slaops'
psql_ -q -f "$script"
psql_ -q -f "$city_script"
