#!/bin/bash
# Build the Dockerfile of a server with buildah, for real, where no registry of images can be reached: its base is a fresh Debian
# with Debian's PostgreSQL in place of the official image, and this machine's Rust in place of rustup's. Then start what its CMD
# says, run its start script, and ask a view. What this leaves out is the official image's own entrypoint.
set -euo pipefail
# shellcheck source=packaging/dated.sh
. "$(dirname "${BASH_SOURCE[0]}")/dated.sh"
# shellcheck source=packaging/fresh_debian.sh
. "$(dirname "${BASH_SOURCE[0]}")/fresh_debian.sh"
need buildah:buildah python3:python3
major=$("$PG_CONFIG" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
work=$TARGET/docker
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)
trap 'buildah "${storage[@]}" rm --all >/dev/null 2>&1 || true; rm -rf --one-file-system "$work"' EXIT
fresh_debian "$work/root"
in_debian "$work/root" sh -c "apt-get update -qq && mkdir -p /etc/postgresql-common && echo create_main_cluster = false >/etc/postgresql-common/createcluster.conf &&
    apt-get install -y -qq --no-install-recommends postgresql-$major" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }
# The same places as in the Dockerfile, so that nothing is fetched that only rustup's servers have.
mkdir -p "$work/root/opt/cargo/bin" "$work/root/opt/rustup/toolchains"
toolchain=$(rustc --print sysroot)
cp -a "$toolchain" "$work/root/opt/rustup/toolchains/here"
for program in cargo rustc rustfmt; do ln -s "/opt/rustup/toolchains/here/bin/$program" "$work/root/opt/cargo/bin/$program"; done
[ ! -e "${CARGO_HOME:-$HOME/.cargo}/config.toml" ] || cp "${CARGO_HOME:-$HOME/.cargo}/config.toml" "$work/root/opt/cargo/"
# A network may have certificates of its own.
cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/"
[ ! -d /usr/local/share/ca-certificates ] || cp -r /usr/local/share/ca-certificates "$work/root/usr/local/share/"
container=$(buildah "${storage[@]}" from scratch)
buildah "${storage[@]}" add -q "$container" "$work/root" / >/dev/null
buildah "${storage[@]}" commit -q "$container" "localhost/base:$major" >/dev/null
rm -rf --one-file-system "$work/root"
mkdir "$work/source"
git -C "$root" archive HEAD | tar -x -C "$work/source"
buildah "${storage[@]}" bud --isolation chroot --pull-never --build-arg PG_MAJOR="$major" --build-arg BASE="localhost/base:$major" \
    -f "$work/source/packaging/server/Dockerfile" -t slaops-server "$work/source" >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; exit 1; }
echo 'ok: the image builds'

container=$(buildah "${storage[@]}" from --pull-never localhost/slaops-server)
mounted=$(buildah "${storage[@]}" mount "$container")
start=$(buildah "${storage[@]}" inspect "$container" | python3 -c 'import json, sys; print(" ".join(json.load(sys.stdin)["OCIv1"]["config"]["Cmd"]))')
[[ $start == 'postgres -c shared_preload_libraries=pg_cron'* ]]
cat >"$mounted/root/try.sh" <<TRY
set -eu
mkdir -p /tmp/server && chown postgres /tmp/server
export PATH=/usr/lib/postgresql/$major/bin:\$PATH PGHOST=/tmp/server PGDATABASE=postgres
as() { su postgres -c "export PATH=\$PATH; \$*"; }
as initdb -D /tmp/server/data --auth=trust >/dev/null
start='$start'
as pg_ctl -s -w -D /tmp/server/data -l /tmp/server/log -o "'-k /tmp/server -c listen_addresses= \${start#postgres }'" start || { cat /tmp/server/log; exit 1; }
as env PGHOST=/tmp/server SLAOPS_SAMPLE=500 bash /docker-entrypoint-initdb.d/10-slaops.sh
psql -X -U postgres -c "SELECT metric, met, breached FROM demo_marts.sla_overview WHERE level = 'all' ORDER BY metric" -c 'SELECT jobname, schedule, command FROM cron.job'
as pg_ctl -s -m fast -D /tmp/server/data stop
TRY
said=$(in_debian "$mounted" sh /root/try.sh) || { echo "$said"; exit 1; }
echo "$said"
grep -q 'resolution' <<<"$said"
grep -q 'slaops.refresh' <<<"$said"
echo 'ok: the server starts with pg_cron, the start script fills it, a view answers'
echo '2 passed, 0 failed'
