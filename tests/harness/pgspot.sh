#!/bin/bash
# pgspot (0.9.4) stops at SQL-standard function bodies ("list index out of range"), so it is given them
# as quoted bodies. PS005 asks for a search_path on such functions; a standard body is parsed once, when
# the function is made, and has none. PS002 is about CREATE OR REPLACE over somebody else's function: PostgreSQL 15 refuses that in
# an upgrade script, which cannot do without.
set -euo pipefail
pgspot=$("$(dirname "${BASH_SOURCE[0]}")/lint_tools.sh")/pgspot
for script; do
    ignored=(--ignore PS005)
    [[ $script != */upgrade/* ]] || ignored+=(--ignore PS002)
    # The owner's name stands where Postgres puts it when it runs the script.
    sed 's/@extowner@/CURRENT_USER/' "$script" | awk '/^RETURN / { inside = 1; sub(/^RETURN /, "AS $body$ SELECT ") }
         /^BEGIN ATOMIC$/ { inside = 2; $0 = "AS $body$" }
         inside == 1 && /^(\)|END);$/ { sub(/;$/, " $body$;"); inside = 0 }
         inside == 2 && /^END;$/ { $0 = "$body$;"; inside = 0 }
         { print }' | "$pgspot" "${ignored[@]}"
done
