#!/bin/sh
# Installs ResNet Desktop for one person. Needs no network and no administrator; over an older one, it takes its place.
set -eu

usage() {
    echo "usage: ./install.sh [--prefix FOLDER]    into FOLDER, by default ~/.local"
    echo "       ./install.sh --uninstall [--prefix FOLDER]"
}

fail() {
    echo "$1" >&2
    exit 1
}

here=$(cd "$(dirname "$0")" && pwd -P)
prefix=${HOME:-}/.local
uninstall=no
while [ $# -gt 0 ]; do
    case $1 in
        --prefix) [ $# -gt 1 ] || { usage >&2; exit 2; }; prefix=$2; shift ;;
        --prefix=*) prefix=${1#--prefix=} ;;
        --uninstall) uninstall=yes ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done
if [ "$uninstall" = yes ]; then
    exec "$here/uninstall.sh" --prefix "$prefix"
fi
[ -x "$here/resnet-desktop/resnet-desktop" ] || fail "The folder resnet-desktop is not beside this script. Unpack the whole archive, then try again."
mkdir -p "$prefix/lib" "$prefix/bin" "$prefix/share" || fail "$prefix cannot be written to. Choose another folder with --prefix."
prefix=$(cd "$prefix" && pwd -P)
program=$prefix/lib/resnet-desktop
share=$prefix/share

is_running() {
    for each in /proc/[0-9]*/exe; do
        case $(readlink "$each" 2>/dev/null || true) in
            "$program"/*) return 0 ;;
        esac
    done
    return 1
}

# The new folder is complete before the old one goes; weights that a person put beside the program stay.
put_program() {
    rm -rf "$program.new" "$program.old"
    cp -RPp "$here/resnet-desktop" "$program.new" || { rm -rf "$program.new"; fail "The program could not be copied. Free some space, then try again."; }
    cp -p "$here/uninstall.sh" "$program.new/uninstall.sh"
    if [ -e "$program" ]; then
        if [ -f "$program/share-files.txt" ]; then
            cp "$program/share-files.txt" "$program.new/share-files.txt"
        fi
        mv "$program" "$program.old"
    fi
    if ! mv "$program.new" "$program"; then
        [ ! -e "$program.old" ] || mv "$program.old" "$program"
        fail "The program could not be put in its place; the old one stays."
    fi
    keep_weights
    rm -rf "$program.old"
}

# weights-files.txt lists those that came with the program; all others beside it are the person's.
keep_weights() {
    (cd "$program" && find weights -type f 2> /dev/null || true) > "$program/weights-files.txt"
    [ -d "$program.old/weights" ] || return 0
    mkdir -p "$program/weights"
    for file in "$program.old/weights"/*; do
        name=weights/${file##*/}
        if [ -e "$file" ] && ! grep -qsxF "$name" "$program.old/weights-files.txt" && [ ! -e "$program/$name" ]; then
            mv "$file" "$program/$name"
        fi
    done
}

# A file lists what lies outside the program's folder, for the next installation and for the end.
put_share() {
    if [ -f "$program/share-files.txt" ]; then
        while IFS= read -r file; do
            rm -f "$share/$file"
        done < "$program/share-files.txt"
    fi
    (cd "$here/share" && find . -type f | LC_ALL=C sort) > "$program/share-files.txt"
    while IFS= read -r file; do
        mkdir -p "$share/$(dirname "$file")"
        cp -p "$here/share/$file" "$share/$file"
    done < "$program/share-files.txt"
}

# Menus may not know ~/.local/bin: the entry names the program by its whole path, quoted as desktop entries want it.
put_entry() {
    entry=$share/applications/org.resnetdesktop.ResNetDesktop.desktop
    command=$(printf '%s' "$program/resnet-desktop" | sed -e 's/\\/\\\\\\\\/g' -e 's/["`$]/\\\\&/g' -e 's/%/%%/g')
    icon=$(printf '%s' "$share/icons/hicolor/scalable/apps/org.resnetdesktop.ResNetDesktop.svg" | sed -e 's/\\/\\\\/g')
    COMMAND="\"$command\" %F" ICON=$icon awk '
        /^Exec=/ { print "Exec=" ENVIRON["COMMAND"]; next }
        /^Icon=/ { print "Icon=" ENVIRON["ICON"]; next }
        { print }' "$here/share/applications/org.resnetdesktop.ResNetDesktop.desktop" > "$entry"
}

put_launcher() {
    launcher=$prefix/bin/resnet-desktop
    if { [ -e "$launcher" ] || [ -L "$launcher" ]; } && [ "$(readlink "$launcher" || true)" != "$program/resnet-desktop" ]; then
        echo "$launcher belongs to another installation and stays as it is."
        return
    fi
    ln -sf "$program/resnet-desktop" "$launcher"
}

refresh() {
    if command -v update-mime-database > /dev/null; then update-mime-database "$share/mime" > /dev/null 2>&1 || true; fi
    if command -v update-desktop-database > /dev/null; then update-desktop-database -q "$share/applications" > /dev/null 2>&1 || true; fi
    touch "$share/icons/hicolor"
}

! is_running || fail "ResNet Desktop is running. Close it, then try again."
put_program
put_share
put_entry
put_launcher
refresh
echo "ResNet Desktop is installed. Start it from the menu, or with $program/resnet-desktop"
echo "To remove it: $program/uninstall.sh"
