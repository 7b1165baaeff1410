#!/bin/bash
# Runs shellcheck on every script that git knows, or on the FILEs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=$(tests/harness/lint_tools.sh)
files=("$@")
[ $# -gt 0 ] || mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.sh' .ci/run)
"$bin/shellcheck" -x "${files[@]}"
