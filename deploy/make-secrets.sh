#!/bin/sh
# Draws the passwords of broker and database into deploy/secrets, one file each, and leaves those that are there alone.
# Compose mounts them; for Kubernetes: kubectl create secret generic jobhunter --from-file=deploy/secrets
set -eu
folder="$(dirname "$0")/secrets"
mkdir -p "$folder"
chmod 700 "$folder"
printf '*\n' > "$folder/.gitignore"

# The broker reads its passwords as settings: one that begins with a digit could pass for a number.
draw() {
  [ -s "$folder/$1" ] || printf 'p%s' "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" > "$folder/$1"
  # Containers read it as another user; the folder lets nobody in.
  chmod 644 "$folder/$1"
}

for user in gateway orchestrator scraper documents applier audit operator sys cluster; do draw "nats-$user"; done
for user in root scraper documents applier audit; do draw "mongo-$user"; done
# Members of the replica set know each other by it.
[ -s "$folder/mongo-key" ] || od -An -N64 -tx1 /dev/urandom | tr -d ' \n' > "$folder/mongo-key"
chmod 644 "$folder/mongo-key"

# The broker takes its passwords from its environment only.
for user in gateway orchestrator scraper documents applier audit operator sys; do
  printf 'NATS_%s_PASSWORD=%s\n' "$(printf '%s' "$user" | tr a-z A-Z)" "$(cat "$folder/nats-$user")"
done > "$folder/nats.env"
chmod 600 "$folder/nats.env"
echo "the secrets are in $folder"
