#!/bin/sh
# Owns: running a command where / is a mount, which a container engine needs and a chroot does not have: rooted.sh COMMAND...
# Never: changes anything for others: the mount is in a namespace of its own, and goes with the command.
set -eu

! mountpoint -q / || exec "$@"
top=$(mktemp -d)
export top
status=0
# The paths stay what they were: the mount shows the same root.
unshare --mount --propagation unchanged sh -c '
  mount --rbind / "$top"
  status=0
  chroot "$top" sh -c '\''cd "$1" && shift && exec "$@"'\'' sh "$PWD" "$@" || status=$?
  umount --lazy --recursive "$top" || :
  exit "$status"' sh "$@" || status=$?
rmdir "$top" || :
exit "$status"
