#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The package as a wheel, from a finished build, installed by pip into a fresh virtual environment, and its tests there;
# with --torch also beside PyPI's PyTorch (5 GB), in both orders of import.
#
#    wrapping/python/tests/pip-install.sh BUILD [--torch]
set -euo pipefail

build="$(realpath "$1")"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/tweedie" >"$work/install.log"
/usr/bin/python3 -m venv "$work/venv"
pip() { "$work/venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"; }
pip install build
CMAKE_PREFIX_PATH="$work/tweedie" "$work/venv/bin/python" -m build --wheel --outdir "$work/wheel" "$here/.." >"$work/wheel.log"
pip install "$work"/wheel/*.whl pytest scipy nibabel SimpleITK xarray pydicom mypy
cp -r "$here" "$work/tests"
run_tests() { (cd "$work/tests" && "$work/venv/bin/python" -m pytest -q -p no:cacheprovider -rs); }
run_tests
if [[ "${2:-}" == --torch ]]; then
  pip install torch
  run_tests
fi
