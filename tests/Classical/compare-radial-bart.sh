#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The l2-regularised SENSE image of "tweedie reconstruct mri --trajectory" against that of "bart pics -t -l2", on BART's
# analytic phantom with eight coils along radial readouts, with noise. BART's transform is 0.45 % off at the edge of
# k-space and 0.13 % in scale: the bound is 0.3 %, not that of single precision (measured: at most 0.09 %).
#   TWEEDIE_BUILD=build/release compare-radial-bart.sh
set -euo pipefail
tweedie="$(realpath "${TWEEDIE_BUILD:?the build folder is required}")/applications/tweedie"
bound=3e-3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for spokes in 60 24; do
  for lambda in 1 0.1; do
    bart traj -r -x256 -y"$spokes" twice
    bart scale 0.5 twice trajectory # 128 pixels, twice the samples
    bart phantom -s8 -k -t trajectory complete
    bart phantom -x128 -S8 raw
    bart normalize 8 raw maps # else lambda is nothing beside A^H A
    bart noise -n 1 complete kspace
    bart pics -l2 -r "$lambda" -w 1 -i 200 -t trajectory kspace maps theirs >log
    "$tweedie" reconstruct mri kspace --trajectory trajectory --image-size 128 --sensitivities maps --noise 1 \
      --method sense --lambda "$lambda" --tolerance 1e-6 --part complex --output ours --overwrite --progress none \
      >>log 2>&1
    error=$(bart nrmse theirs ours)
    echo "sense, $spokes readouts, lambda $lambda: NRMSE to bart pics $error (bound $bound)"
    awk -v e="$error" -v b="$bound" 'BEGIN { exit !(e < b) }'
  done
done
