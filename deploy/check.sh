#!/bin/sh
# Tries what deploy/ says, as far as this machine can: `make deploy-check`. The steps of the image run
# in a clean environment; the unit is judged by systemd's own programs where they are.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clean() { env -i PATH="$PATH" HOME="$work" LANG=C.UTF-8 ${PIP_INDEX_URL:+PIP_INDEX_URL="$PIP_INDEX_URL"} ${PIP_CONFIG_FILE:+PIP_CONFIG_FILE="$PIP_CONFIG_FILE"} "$@"; }

mkdir "$work/source"
for each in pyproject.toml constraints.txt README.md LICENSE reviewbot sources deploy; do
    cp -R "$here/$each" "$work/source/"
done
clean PYTHON="${PYTHON:-python3}" sh "$work/source/deploy/install.sh" "$work/source" "$work/opt" "${EXTRAS:-}"
echo "installed: $(du -sm "$work/opt" | cut -f1) MB, $(ls -d "$work"/opt/lib/python3*/site-packages/*.dist-info | wc -l) packages"
for each in pytest mypy ruff matplotlib playwright; do
    test -z "$(ls -d "$work"/opt/lib/python3*/site-packages/"$each" 2>/dev/null)" || { echo "$each is in the image"; exit 1; }
done
cp "$here/config.example.toml" "$work/config.toml"
clean "$work/opt/bin/reviewbot" check --config "$work/config.toml" > "$work/checked" || { cat "$work/checked"; exit 1; }
echo "the example file is checked by what was installed"

clean "${PYTHON:-python3}" "$here/deploy/try_operations.py" "$work/opt/bin"

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
    echo "skipped: CI_DOCKER=1 builds the image; its steps are those that ran above"
fi
