#!/bin/sh
# Builds an older commit beside this tree and lets both work on one log, with runs in flight.
set -eu
from=${1:?say which commit to upgrade from, such as FROM=HEAD~20}
root=$(cd "$(dirname "$0")/.." && pwd)
old=$(mktemp -d)
trap 'rm -rf "$old"' EXIT
echo "upgrade: building $(git -C "$root" rev-parse --short "$from")" >&2
git -C "$root" archive "$from" | tar xf - -C "$old"
if cmp -s "$root/package-lock.json" "$old/package-lock.json"
then ln -s "$root/node_modules" "$old/node_modules"
else (cd "$old" && npm ci --no-audit --no-fund --loglevel=error)
fi
(cd "$old" && npx nest build --all > build.log 2>&1) || { cat "$old/build.log" >&2; exit 1; }
cd "$root"
UPGRADE_FROM="$old" node node_modules/jest/bin/jest.js --selectProjects upgrade
