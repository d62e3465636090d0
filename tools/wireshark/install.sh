#!/bin/sh
# install.sh [--remove]: the dissector and the profile `ethpoc` for the Wireshark of this user, or without them again.
# Afterwards: wireshark -C ethpoc FILE. Writes to ~/.local/lib/wireshark/plugins and ~/.config/wireshark/profiles only.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
plugins="$HOME/.local/lib/wireshark/plugins"
profile="${XDG_CONFIG_HOME:-$HOME/.config}/wireshark/profiles/ethpoc"

case "$#:${1-}" in
0:) ;;
1:--remove)
    rm -rf "$plugins/ethpoc.lua" "$plugins/ethpoc" "$profile"
    echo "removed: $plugins/ethpoc.lua, $plugins/ethpoc and $profile"
    exit 0
    ;;
*)
    echo "install.sh [--remove]" >&2
    exit 2
    ;;
esac

mkdir -p "$plugins/ethpoc" "$profile"
cp "$here/ethpoc.lua" "$plugins/"
cp "$here"/ethpoc/*.lua "$plugins/ethpoc/"
cp "$here"/profile/* "$profile/"
echo "installed: $plugins/ethpoc.lua and the profile ethpoc; now: wireshark -C ethpoc FILE"
