#!/bin/bash
# Style of SQL: sqlfluff by .sqlfluff; and for the bodies of functions, which sqlfluff takes for
# literals, the width of lines and the length of aliases.
#   tests/harness/sqlfluff.sh [FILE ...]    none given: every file below sql/
# Of upgrade scripts most is generated: they are left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

bin=$(tests/harness/lint_tools.sh)
status=0
PYTHONWARNINGS=ignore "$bin/sqlfluff" lint --processes 2 --disable-progress-bar "${@:-sql}" || status=1
files=("$@")
[ $# -gt 0 ] || mapfile -t files < <(git ls-files 'sql/*.sql')
for file in "${files[@]}"; do
    [[ $file != sql/upgrade/* ]] || continue
    # An example in a COMMENT, whose line begins with a quote, is short. Columns may be called at and z.
    awk -v file="$file" '
        length > 100 { print file ":" FNR ": " length " columns, more than 100"; bad = 1 }
        !/^'\''/ && !/ AS (at|z)([ ,)]|$)/ && /[ )]AS [a-z][a-z0-9]?([ ,;)]|$)/ { print file ":" FNR ": not a whole word:" $0; bad = 1 }
        END { exit bad }' "$file" || status=1
done
exit "$status"
