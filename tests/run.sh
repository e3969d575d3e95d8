#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/../applications/setup.sh"

usage() {
  cat <<END
usage: bash tests/run.sh [--no-install] [CTest options]

Installs what is needed with apt, builds Tweedie into build/release and runs every test.

  --no-install   never call apt
  --help         this text

Other options go to CTest: bash tests/run.sh -R Operators
END
}

install=yes
ctest_options=()
for argument in "$@"; do
  case "$argument" in
    --help | -h) usage; exit 0 ;;
    --no-install) install=no ;;
    *) ctest_options+=("$argument") ;;
  esac
done

[[ "$install" == no ]] || install_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}" "${DEMONSTRATION_PACKAGES[@]}" \
  "${CT_DEMONSTRATION_PACKAGES[@]}"
configure_tweedie -DTWEEDIE_BUILD_TESTING=ON
build_tweedie
cd "$TWEEDIE_BUILD"
exec ctest --output-on-failure --no-tests=error -j 2 "${ctest_options[@]}"
