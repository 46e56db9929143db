#!/usr/bin/env bash
# Run tests on the Python of a newer Debian, kept in a folder; as root, on Debian.
#   tests/debian_python.sh FOLDER [SUITE [TEST...]]
# SUITE is sid unless named. What is committed is tested.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1 suite=${2:-sid}
shift $(($# < 2 ? $# : 2))

if [ ! -x "$folder/usr/bin/python3" ]; then
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -1)
  debootstrap --variant=minbase --include=python3-venv,ca-certificates,git,make "$suite" "$folder" "$mirror"
fi
# Where names are looked up and packages come from is as on this machine.
cp -L /etc/resolv.conf "$folder/etc/"
cp /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/"
rm -rf "$folder/root/deckgen"
git clone -q --no-hardlinks . "$folder/root/deckgen"

# In a namespace of its own, so that what is mounted goes with it.
unshare --mount bash -euo pipefail -c '
  mount -t proc proc "$0/proc"
  mount --rbind /dev "$0/dev"
  exec chroot "$0" bash -euo pipefail -c "cd /root/deckgen && make .venv/.test && .venv/bin/pytest -q \"\$@\"" tests "$@"
' "$folder" "$@"
