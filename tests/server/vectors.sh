#!/bin/bash
# Other people's ticket histories, as tables of tickets and events, through metrics, policies and presets.
# tests/vectors/README.md names the sources.
set -euo pipefail
# shellcheck source=tests/harness/cluster.sh
. "$(dirname "$0")/../harness/cluster.sh"
cluster_use
export VECTORS=$REPO/tests/vectors
psql_ -q -c 'CREATE EXTENSION slaops'
for part in load histories tickets; do
    psql_ -q -f "$REPO/tests/server/vectors/$part.sql"
done

wrong=$(psql_ -At -c "SELECT format('%s %s: %s is %s, expected %s', ticket, what, aspect, found, expected) FROM checks WHERE NOT coalesce(ok, false) ORDER BY 1")
[ -z "$wrong" ] || { echo "$wrong" >&2; exit 1; }

# How much was looked at, so that nothing falls out unseen: tickets, questions, elapsed times, breach flags and
# due times. The histories have 39 metrics, and 15 questions go to those without metrics; the 40 tickets have
# seven metrics each, two flags and two due times.
counted=$(psql_ -At -c "
    SELECT suite, count(DISTINCT ticket) AS tickets, count(DISTINCT (ticket, what)) AS questions,
           count(*) FILTER (WHERE aspect = 'elapsed'), count(*) FILTER (WHERE aspect = 'breached'), count(*) FILTER (WHERE aspect LIKE 'due%')
    FROM checks GROUP BY suite ORDER BY suite")
expected='histories|31|54|34|27|66
json|40|40|0|0|0
tickets|40|280|280|80|80'
[ "$counted" = "$expected" ] || { echo "counted: $counted" >&2; exit 1; }
echo "$counted"
