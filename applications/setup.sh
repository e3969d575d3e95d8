# SPDX-License-Identifier: Apache-2.0
# Read by applications/quickstart.sh, tests/run.sh and .ci/run: the Debian packages Tweedie needs, and how it is built.
# shellcheck shell=bash disable=SC2034 # used by those that read it

TWEEDIE_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
TWEEDIE_BUILD="$TWEEDIE_ROOT/build/release"

# openblas: the reference BLAS that LibTorch would use otherwise is some 25 times slower; openmp: shares LibTorch's threads.
BUILD_PACKAGES=(cmake ninja-build g++ ccache pkg-config libtorch-dev libinsighttoolkit5-dev libfftw3-dev
  libdcmtk-dev libgdcm-dev libhpdf-dev libhdf5-dev libeigen3-dev nlohmann-json3-dev libopenblas0-openmp)
# Beside the compiler's: what judges our DICOM and HDF5 files (validators, a converter, a server), our reports (a browser,
# 372 MB; a reader of PDF), files of other people, and
# makers of raw MR data, another reconstruction of them, and what builds and tests the Python package and draws its
# gallery.
TEST_PACKAGES=(libgtest-dev python3 dcmtk dicom3tools libgdcm-tools dcm2niix orthanc python3-pydicom curl openssl
  python3-h5py chromium poppler-utils ismrmrd-tools libismrmrd-dev bart
  pybind11-dev python3-pybind11 python3-dev python3-venv python3-numpy python3-pytest python3-scipy python3-nibabel
  python3-matplotlib)
DEMONSTRATION_PACKAGES=(mricron-data)                # Colin27, a T1-weighted brain
CT_DEMONSTRATION_PACKAGES=(invesalius-examples python3) # a head CT, and what its importer needs

say() { printf '%s\n' "$*" >&2; }
fail() { say "$(basename "$0"): $*"; exit 1; }

is_installed() { [[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]; }

# Installs the packages that are missing, as root or with sudo; lists them and stops where it can do neither.
install_packages() {
  command -v dpkg-query >/dev/null || fail "no Debian packages on this system; required: --no-install and the" \
    "equivalents of: $*"
  local missing=() package
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "not root and no sudo; required, once: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq || fail "apt-get update failed; required, once: apt-get install ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >&2 || fail "apt-get failed; required, once: apt-get install ${missing[*]}"
}

# As many compilers as there are cores and gigabytes of memory: one of them can take a gigabyte.
build_jobs() {
  local cores gigabytes
  cores="$(nproc)"
  gigabytes="$(awk '/MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)"
  ((gigabytes < cores)) && cores="$gigabytes"
  echo "$((cores > 1 ? cores : 1))"
}

# configure_tweedie [cmake options]; build_tweedie [targets]
configure_tweedie() {
  local launcher=()
  command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  (cd "$TWEEDIE_ROOT" && cmake --preset release -DPython_EXECUTABLE=/usr/bin/python3 \
    "${launcher[@]}" "$@") >&2
}

# ccache stores what uses precompiled headers only when told that it may.
export CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:-pch_defines,time_macros}"

build_tweedie() {
  cmake --build "$TWEEDIE_BUILD" --parallel "$(build_jobs)" ${1:+--target "$@"} >&2
}
