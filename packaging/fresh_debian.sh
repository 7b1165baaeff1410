# shellcheck shell=bash
# A fresh Debian below target/, by debootstrap. Source it after dated.sh; needs root.
#   fresh_debian DIRECTORY          make it, from a copy that is kept; the old one is deleted
#   in_debian DIRECTORY COMMAND...  run there, with /proc and /dev, which go away with the command

SUITE=${SUITE:-bookworm}

fresh_debian() {
    local kept=$TARGET/debian/$SUITE.tar
    [ "$(id -u)" -eq 0 ] || { echo "$0: needs root: debootstrap and chroot do" >&2; exit 1; }
    need debootstrap:debootstrap
    rm -rf --one-file-system "$1"
    mkdir -p "$1" "$TARGET/debian"
    if [ ! -f "$kept" ]; then
        debootstrap --variant=minbase --include=ca-certificates "$SUITE" "$1" >"$TARGET/debian/log" 2>&1 ||
            { tail -n 20 "$TARGET/debian/log" >&2; exit 1; }
        tar -C "$1" -cf "$kept.new" .
        mv "$kept.new" "$kept"
    else
        tar -C "$1" -xf "$kept"
    fi
    cp /etc/resolv.conf "$1/etc/resolv.conf"
    # Services are started by hand there.
    printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
    chmod 755 "$1/usr/sbin/policy-rc.d"
}

in_debian() {
    local tree=$1
    shift
    # shellcheck disable=SC2016     # The inner shell's dollars.
    unshare --mount --pid --fork -- sh -c '
        tree=$1; shift
        mount -t proc proc "$tree/proc"
        mount --rbind /dev "$tree/dev"
        mount -t tmpfs tmpfs "$tree/tmp"
        exec chroot "$tree" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
    ' sh "$tree" "$@"
}
