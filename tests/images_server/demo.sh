#!/usr/bin/env bash
# The sample, painted by the test server instead of a paid model: by the painter images, then by backdrop, both verified.
# No key, no cost. Options are those of `locstore run`:  tests/images_server/demo.sh -l ja,ar -d iphone_69
set -euo pipefail
repository="$(cd "$(dirname "$0")/../.." && pwd)"
folder="$repository/build/images-demo"
[ $# -gt 0 ] || set -- -l en,de,ja,ar,th -d iphone_63

rm -rf "$folder"
mkdir -p "$folder"
cp -r "$repository/concepts" "$repository/locales" "$repository/locstore.toml" "$folder"
cd "$folder"

PYTHONPATH="$repository/tests" python -m images_server --log requests.jsonl >address &
server=$!
trap 'kill "$server"' EXIT
for _ in $(seq 100); do
  [ -s address ] && break
  sleep 0.1
done
printf '\n[images]\nbase_url = "%s"\nkey_env = "OPENAI_API_KEY"\n' "$(cat address)" >>locstore.toml
OPENAI_API_KEY="$(PYTHONPATH="$repository/tests" python -c 'import images_server; print(images_server.TEST_KEY)')"
export OPENAI_API_KEY

for painter in images backdrop; do
  printf '\n== painter %s\n' "$painter"
  locstore plan --painter "$painter" "$@" | tail -n 2 | head -n 1
  locstore run --painter "$painter" --output "output-$painter" "$@"
  locstore verify "output-$painter"
done
printf '\nOpen %s/output-images/index.html and output-backdrop/index.html\n' "$folder"
