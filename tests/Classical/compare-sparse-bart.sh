#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Total variation and l1-wavelet images of "tweedie reconstruct mri" against those of "bart pics": each with the best of
# the same weights, by the error to the truth, on BART's analytic phantom (the transform of ellipses, no matrix) with
# eight coils, every fourth line, a centre and noise. The truth is that data without noise and gaps. Ours may be 5 %
# worse, as the two stop by different rules (a duality gap; a count); BART's total variation depends on the penalty of
# its splitting, of which it gets the best of three. Wavelets on a fixed grid, and moved at random before each step.
#   TWEEDIE_BUILD=build/release compare-sparse-bart.sh
set -euo pipefail
tweedie="$(realpath "${TWEEDIE_BUILD:?the build folder is required}")/applications/tweedie"
bound=1.05
weights=(0.3 1 3 10)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

size=128
bart phantom -x"$size" -s8 -k complete
bart phantom -x"$size" -S8 raw
bart normalize 8 raw maps # else the weights are nothing beside A^H A
bart fft -u -i 3 complete coils
bart fmac -C -s 8 coils maps truth
bart upat -Y "$size" -Z 1 -y 4 -c 12 pattern
bart noise -n 100 complete noisy
bart fmac noisy pattern kspace

# least NUMBER NUMBER: the smaller one
least() { awk -v a="$1" -v b="$2" 'BEGIN { print (b < a) ? b : a }'; }

theirs() { # tv|wavelet [shift]
  local best=1e9 weight rho fixed=(-n)
  [[ "${2:-}" == shift ]] && fixed=()
  for weight in "${weights[@]}"; do
    if [[ "$1" == wavelet ]]; then
      bart pics -w 1 -e -i 200 "${fixed[@]}" -R "W:3:0:$weight" kspace maps image >log
      best=$(least "$best" "$(bart nrmse truth image)")
    else
      for rho in 0.01 0.1 1; do
        bart pics -w 1 -i 200 -u "$rho" -R "T:3:0:$weight" kspace maps image >log
        best=$(least "$best" "$(bart nrmse truth image)")
      done
    fi
  done
  echo "$best"
}

ours() {
  local best=1e9 weight shift=()
  [[ "${2:-}" == shift ]] && shift=(--random-shift --iterations 200)
  for weight in "${weights[@]}"; do
    "$tweedie" reconstruct mri kspace --sensitivities maps --noise 10 --method "$1" --lambda "$weight" \
      "${shift[@]}" --part complex --output image --overwrite --progress none >>log 2>&1
    best=$(least "$best" "$(bart nrmse truth image)")
  done
  echo "$best"
}

for method in tv wavelet "wavelet shift"; do
  # shellcheck disable=SC2086 # two words, two arguments
  mine=$(ours $method)
  # shellcheck disable=SC2086
  other=$(theirs $method)
  echo "$method, best of ${#weights[@]} weights: NRMSE $mine, of bart pics $other (bound: $bound times it)"
  awk -v a="$mine" -v b="$other" -v f="$bound" 'BEGIN { exit !(a <= f * b) }'
done
