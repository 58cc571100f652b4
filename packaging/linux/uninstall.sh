#!/bin/sh
# Removes ResNet Desktop of one person. Models, runs and settings stay.
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
case $here in
    */lib/resnet-desktop) prefix=${here%/lib/resnet-desktop} ;;  # the copy that lies beside the installed program
    *) prefix=${HOME:-}/.local ;;
esac
while [ $# -gt 0 ]; do
    case $1 in
        --prefix) [ $# -gt 1 ] || { echo "usage: ./uninstall.sh [--prefix FOLDER]" >&2; exit 2; }; prefix=$2; shift ;;
        --prefix=*) prefix=${1#--prefix=} ;;
        *) echo "usage: ./uninstall.sh [--prefix FOLDER]" >&2; exit 2 ;;
    esac
    shift
done
if [ ! -f "$prefix/lib/resnet-desktop/share-files.txt" ]; then
    echo "ResNet Desktop is not installed in $prefix."
    exit 0
fi
prefix=$(cd "$prefix" && pwd -P)
program=$prefix/lib/resnet-desktop
share=$prefix/share
for each in /proc/[0-9]*/exe; do
    case $(readlink "$each" 2>/dev/null || true) in
        "$program"/*) echo "ResNet Desktop is running. Close it, then try again." >&2; exit 1 ;;
    esac
done

while IFS= read -r file; do
    rm -f "$share/$file"
done < "$program/share-files.txt"
if [ "$(readlink "$prefix/bin/resnet-desktop" || true)" = "$program/resnet-desktop" ]; then
    rm -f "$prefix/bin/resnet-desktop"
fi
while IFS= read -r file; do
    rm -f "$program/$file"
done < "$program/weights-files.txt"
rmdir "$program/weights" 2> /dev/null || true
for each in "$program"/* "$program"/.[!.]*; do
    [ "${each##*/}" = weights ] || rm -rf "$each"
done
rmdir "$program" 2> /dev/null || echo "The weights in $program/weights are yours and stay."
if command -v update-mime-database > /dev/null && [ -d "$share/mime/packages" ]; then update-mime-database "$share/mime" > /dev/null 2>&1 || true; fi
if command -v update-desktop-database > /dev/null; then update-desktop-database -q "$share/applications" > /dev/null 2>&1 || true; fi
echo "ResNet Desktop is removed. Your models, runs and settings stay: folders named 'ResNet Desktop' in ~/.local/share, ~/.config, ~/.cache and ~/.local/state."
