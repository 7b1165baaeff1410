#!/bin/bash
# pgspot (0.9.4) stops at SQL-standard function bodies ("list index out of range"), so it is given them
# as quoted bodies. PS005 asks for a search_path on such functions; a standard body is parsed once, when
# the function is made, and has none.
set -euo pipefail
pgspot=$1
shift
for script; do
    # The owner's name stands where Postgres puts it when it runs the script.
    sed 's/@extowner@/CURRENT_USER/' "$script" | awk '/^RETURN / { inside = ")"; sub(/^RETURN /, "AS $body$ SELECT ") }
         /^BEGIN ATOMIC$/ { inside = "END"; $0 = "AS $body$" }
         inside && $0 == inside ";" { sub(/^END/, ""); sub(/;$/, " $body$;"); inside = "" }
         { print }' | "$pgspot" --ignore PS005
done
