#!/bin/bash
# Install the tools of lint.txt into a venv below target/, unless they are there; print its directory of programs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
venv=$(realpath -m "${CARGO_TARGET_DIR:-target}")/lint
if ! cmp -s tests/harness/lint.txt "$venv/installed"; then
    mkdir -p "$venv"
    exec 9>"$venv/lock"
    flock 9             # lint and a commit's hook may come at the same time
    if [ ! -x "$venv/bin/pip" ] && ! python3 -m venv "$venv" >&2; then
        echo 'lint: needs python3 with venv (Debian: apt-get install python3-venv)' >&2
        exit 1
    fi
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r tests/harness/lint.txt >&2
    cp tests/harness/lint.txt "$venv/installed"
fi
echo "$venv/bin"
