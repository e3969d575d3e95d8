#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The l2-regularised SENSE image of "tweedie reconstruct mri" against that of "bart pics -l2", on BART's phantom with
# eight coils, every second, third or fourth line and noise. Both minimise ||A x - y||^2 / 2 + lambda ||x||^2 / 2, so that the converged
# images are equal; 1e-4 is ten times what single precision leaves after some tens of conjugate-gradient steps.
# BART iterates for ever in single precision: converged after some tens of steps, its images are lost again after 300.
# Even sizes: for odd ones pics differs from "bart fft", with which our Fourier transform agrees.
#   TWEEDIE_BUILD=build/release compare-sense-bart.sh
set -euo pipefail
tweedie="$(realpath "${TWEEDIE_BUILD:?the build folder is required}")/applications/tweedie"
bound=1e-4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for size in 128 192; do
  bart phantom -x"$size" -s8 -k complete
  bart phantom -x"$size" -S8 raw
  bart normalize 8 raw maps # else lambda is nothing beside A^H A
  bart noise -n 1 complete noisy
  for step in 2 3 4; do
    bart upat -Y "$size" -Z 1 -y "$step" -c 12 pattern
    bart fmac noisy pattern kspace
    for lambda in 1 0.01; do
      bart pics -l2 -r "$lambda" -w 1 -i 80 kspace maps theirs >log
      "$tweedie" reconstruct mri kspace --sensitivities maps --noise 1 --method sense --lambda "$lambda" \
        --tolerance 1e-6 --part complex --output ours --overwrite --progress none >>log 2>&1
      error=$(bart nrmse theirs ours)
      echo "sense, $size x $size, one line of $step, lambda $lambda: NRMSE to bart pics $error (bound $bound)"
      awk -v e="$error" -v b="$bound" 'BEGIN { exit !(e < b) }'
    done
  done
done
