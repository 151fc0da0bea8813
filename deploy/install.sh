#!/bin/sh
# The steps of the image, and of an installation by hand: a virtual environment with what
# constraints.txt pins. usage: install.sh SOURCE PREFIX [EXTRAS]     e.g. install.sh . /opt/reviewbot charts
set -eu
source=$1 prefix=$2 extras=${3:-}
"${PYTHON:-python3}" -m venv "$prefix"
"$prefix/bin/python" -m pip --disable-pip-version-check --no-cache-dir install --quiet \
    --constraint "$source/constraints.txt" "$source${extras:+[$extras]}"
# Nobody installs anything into it later.
"$prefix/bin/python" -m pip --disable-pip-version-check uninstall --quiet --yes pip setuptools
"$prefix/bin/reviewbot" --version
