#!/bin/bash
# One word a topic: each sql/functions/<topic>.sql has the same word in src, in core, in the regress
# tests and in the reference, and a page that links to its reference. Prints what is missing.
#   tests/harness/topics.sh [DIRECTORY]     of a copy of the project; this one if none is given
set -euo pipefail
shopt -s nullglob
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}"

status=0
missing() { echo "topics: $1: no $2" >&2; status=1; }

topics=(sql/functions/*.sql)
[ ${#topics[@]} -gt 0 ] || missing 'sql/functions' '<topic>.sql'
for script in "${topics[@]}"; do
    topic=$(basename "$script" .sql)
    # A topic may be SQL alone (simulate).
    if grep -q MODULE_PATHNAME "$script"; then
        [ -f "src/functions/$topic.rs" ] || missing "$topic" "src/functions/$topic.rs"
    fi
    if [ -f "src/functions/$topic.rs" ] && grep -q slaops_core "src/functions/$topic.rs"; then
        files=(core/src/"$topic"[.]rs core/src/*/"$topic".rs)
        [ ${#files[@]} -gt 0 ] || missing "$topic" "core/src/$topic.rs, nor one in a folder below"
    fi
    [ -f "tests/regress/sql/$topic.sql" ] || missing "$topic" "tests/regress/sql/$topic.sql"
    [ -f "docs/reference/$topic.md" ] || missing "$topic" "docs/reference/$topic.md"
    grep -qr --include='*.md' "reference/$topic\.md" docs/guides docs/concepts docs/operations ||
        missing "$topic" "page of docs/guides, docs/concepts or docs/operations that links to reference/$topic.md"
done
for glue in src/functions/*.rs; do
    topic=$(basename "$glue" .rs)
    [ -f "sql/functions/$topic.sql" ] || [ -f "sql/settings/$topic.sql" ] || missing "$topic" "sql/functions/$topic.sql"
done
exit $status
