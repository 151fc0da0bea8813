#!/bin/sh
# Tries what deploy/ says, as far as this machine can: `make deploy-check`. Every step of the image and
# every command of docs/operations.md are done in a clean environment; the unit is judged by systemd's
# own programs where they are.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${PYTHON:-"$here/.venv/bin/python"}

# Side by side: both mostly install, each on one core.
"$python" "$here/deploy/try_image.py" "${EXTRAS:-}" > "$work/image" 2>&1 &
image=$!
"$python" "$here/deploy/try_operations.py" || failed=1
wait "$image" || failed=1
cat "$work/image"
[ -z "${failed:-}" ] || exit 1

if command -v systemd-analyze > /dev/null; then
    # The program itself is not where the unit says.
    sed 's|^ExecStart=.*|ExecStart=/bin/true|' "$here/deploy/reviewbot.service" > "$work/reviewbot.service"
    systemd-analyze verify "$work/reviewbot.service"
    systemd-analyze security --offline=true --threshold=25 "$here/deploy/reviewbot.service" | tail -1
else
    echo "skipped: systemd-analyze is not on this machine"
fi
# The base image comes from a registry outside: built where that is wanted.
if [ "${CI_DOCKER:-}" = 1 ]; then
    docker build --quiet -f "$here/deploy/Dockerfile" "$here"
else
    echo "skipped: CI_DOCKER=1 builds the image by docker; its steps are those that were done above"
fi
