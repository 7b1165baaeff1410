# shellcheck shell=bash
# Source it: a copy of a server, for tests that put files beside it or must not find any.
#   moved_server DIRECTORY    copy PG_CONFIG's server below it; PG_CONFIG is then the copy's. Fails where a server cannot be moved.
# PostgreSQL finds its files from where its programs lie.
moved_server() {
    local tree=$1 what from own
    for what in bindir sharedir pkglibdir; do
        from=$("$PG_CONFIG" "--$what")
        # Client libraries that lie beside the server's own.
        [ "$what" != pkglibdir ] || [[ $from != "$("$PG_CONFIG" --libdir)"/* ]] || from=$("$PG_CONFIG" --libdir)
        mkdir -p "$tree$(dirname "$from")" && cp -a "$from" "$tree$from" || return
    done
    # Libraries of a wheel, which its programs look for from where they lie.
    for from in "$("$PG_CONFIG" --bindir)"/../../../*.libs; do
        [ ! -d "$from" ] || ln -s "$(realpath "$from")" "$tree$(realpath -sm "$from")" || return
    done
    own=$tree$("$PG_CONFIG" --bindir)/pg_config
    [ "$("$own" --sharedir)" = "$tree$("$PG_CONFIG" --sharedir)" ] || return 1
    chmod -R a+rX "$tree"
    export PG_CONFIG=$own
}
