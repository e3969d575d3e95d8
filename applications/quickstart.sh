#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

usage() {
  cat <<END
usage: bash applications/quickstart.sh [options]

Installs what is needed with apt, builds the program tweedie, and shows it at work on a real brain (Colin27) of which a
quarter of k-space was measured: zero-filled, SENSE, total variation, and the posterior mean with its standard deviation.

  --ct           a real head CT of 60 views in place of the brain: filtered backprojection, total variation, the
                 posterior mean and its standard deviation, in Hounsfield units
  --output DIR   where images, tables and report.html go (build/quickstart, build/quickstart-ct)
  --prior FILE   the prior (data/priors/brain-t1.safetensors, data/priors/head-ct.safetensors)
  --small        one slice and few samples: a check that it works, not a result to look at
  --no-install   never call apt
  --help         this text
END
}

install=yes
small=no
demonstration=mri
output=
prior=
brain=/usr/share/mricron/templates/ch2.nii.gz

while (($#)); do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --no-install) install=no ;;
    --small) small=yes ;;
    --ct) demonstration=ct ;;
    --output | --prior)
      (($# > 1)) || fail "$1: no value given; required: a path"
      if [[ "$1" == --output ]]; then output="$(realpath -m "$2")"; else prior="$(realpath -m "$2")"; fi
      shift ;;
    *) fail "$1: unknown option; required: one of those in --help" ;;
  esac
  shift
done

prepare() {
  local packages=("${DEMONSTRATION_PACKAGES[@]}")
  [[ "$demonstration" == mri ]] || packages=("${CT_DEMONSTRATION_PACKAGES[@]}")
  [[ "$install" == no ]] || install_packages "${BUILD_PACKAGES[@]}" "${packages[@]}"
  [[ -f "$prior" ]] || fail "$prior: no such file; required: a prior made by tweedie train"
  # The tests, where somebody builds them in this folder, stay as they are.
  [[ -f "$TWEEDIE_BUILD/build.ninja" ]] || configure_tweedie -DTWEEDIE_BUILD_TESTING=OFF
  build_tweedie tweedie
  program="$(find "$TWEEDIE_BUILD/applications" -name tweedie -type f -perm -u+x -print -quit)"
  mkdir -p "$output"
}

# Shows the command as a user would type it in the output folder, and runs it there.
run() {
  printf '\n$ tweedie %s\n' "$*"
  (cd "$output" && "$program" "$@")
}

reconstruct() {
  local method="$1"
  shift
  run reconstruct "${input[@]}" --method "$method" "$@" --output "$method.nii.gz" --overwrite
}

# The prior has never seen axial slices 80 to 111.
demonstrate_mri() {
  local slices=84:107:6 steps=20 samples=8
  [[ "$small" == no ]] || { slices=95:95 steps=10 samples=2; }
  [[ -f "$brain" ]] || fail "$brain: no such file; required: the Debian package mricron-data"
  run simulate mri --image "$brain" --axis axial --slices "$slices" --phase smooth --mask equispaced-fraction --acceleration 4 \
    --center-fraction 0.08 --coils 8 --noise 0.02 --seed 1 --output scan --reference truth.nii.gz --overwrite
  input=(mri scan)
  reconstruct zero-filled
  reconstruct sense
  reconstruct tv
  reconstruct rmp --prior "$prior" --guidance proximal --steps "$steps" --samples "$samples" --seed 1 --std std.nii.gz
  run compare --reference truth.nii.gz zero-filled.nii.gz sense.nii.gz tv.nii.gz rmp.nii.gz --std std.nii.gz \
    --output report --overwrite
}

# The prior has never seen slices 32 to 51 and 80 to 99.
demonstrate_ct() {
  local slices=42:42 steps=20 samples=8
  [[ "$small" == no ]] || { steps=5 samples=2; }
  python3 "$TWEEDIE_ROOT/data/import-head-ct.py" "$output/head.nii.gz"
  run geometry ct --type parallel --views 60 --arc 180 --output geometry.xml --picture geometry.png --overwrite
  run simulate ct --image head.nii.gz --slices "$slices" --geometry geometry.xml --detector 367 --photons 1e5 \
    --electronic 10 --seed 1 --output projections.mha --reference truth.nii.gz --overwrite
  input=(ct projections.mha --geometry geometry.xml)
  reconstruct fbp --window hann
  reconstruct tv --lambda 3e-4 # the best of several on slice 60; the discrepancy principle would search for minutes
  reconstruct rmp --prior "$prior" --steps "$steps" --samples "$samples" --seed 1 --std std.nii.gz
  run compare --reference truth.nii.gz fbp.nii.gz tv.nii.gz rmp.nii.gz --std std.nii.gz --units HU --window=-1000,1000 \
    --slice-numbers "$slices" --output report --overwrite \
    --description "One patient (InVesalius Cranium), head CT slices $slices that the prior has not seen, 60 simulated views"
}

case "$demonstration" in
  mri) output="${output:-$TWEEDIE_ROOT/build/quickstart}" prior="${prior:-$TWEEDIE_ROOT/data/priors/brain-t1.safetensors}" ;;
  ct) output="${output:-$TWEEDIE_ROOT/build/quickstart-ct}" prior="${prior:-$TWEEDIE_ROOT/data/priors/head-ct.safetensors}" ;;
esac
prepare
started=$SECONDS
"demonstrate_$demonstration"

cat <<END

$((SECONDS - started)) seconds. The truth, its reconstructions, the standard deviation and the true error beside it:

  $output/report/report.html
END
