#!/bin/sh
# Says in one sentence what is wrong with Node.js on this machine; silent when it will do.
if ! command -v node > /dev/null 2>&1; then
  echo "Node.js 20.19 or newer is needed and no node is on PATH: install it from https://nodejs.org and try again." >&2
  exit 1
fi
node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) process.exit(0);
  console.error(`Node.js 20.19 or newer is needed and this is ${process.versions.node}: install it from https://nodejs.org and try again.`);
  process.exit(1);
'
