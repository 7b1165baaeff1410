#!/bin/bash
# The format of Python, and what ruff finds in it: the pages, their test, the examples and what tries these.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
ruff=$(tests/harness/lint_tools.sh)/ruff
# Both folders have settings of their own; those of the test are for all that tries something out.
folders=(dashboard tests/dashboard examples)
others=(tests/server/listener bench/pages.py)
for said in 'format --check' check; do
    read -ra command <<<"$said"
    "$ruff" "${command[@]}" --quiet "${folders[@]}"
    "$ruff" "${command[@]}" --quiet --config tests/dashboard/ruff.toml "${others[@]}"
done
echo "ruff: ${folders[*]} ${others[*]} are good"
