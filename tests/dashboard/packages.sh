#!/bin/bash
# Python packages of the pages and their test, in the versions of both lock files; prints their virtual environment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
venv=${DASHBOARD_VENV:-${CARGO_TARGET_DIR:-$PWD/target}/dashboard}
lock=$(cat dashboard/requirements.txt tests/dashboard/requirements.txt | cksum)
if [ ! -x "$venv/bin/streamlit" ] || [ "$lock" != "$(cat "$venv/test-lock" 2>/dev/null || true)" ]; then
    echo "Python packages into $venv" >&2
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r dashboard/requirements.txt -r tests/dashboard/requirements.txt >&2
    cksum <dashboard/requirements.txt >"$venv/lock"
    printf '%s\n' "$lock" >"$venv/test-lock"
fi
realpath "$venv"
