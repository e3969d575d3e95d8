#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The g-factor that "tweedie reconstruct mri --g-factor" computes against the noise of BART: standard deviations of 100
# images that "bart pics" makes of noise alone, of all lines and of every third with 12 in the middle, whose ratio is
# g R^(1/2). Each is known to 1 / (2 100^(1/2)), the ratio to 7 %: bound of its NRMSE 9 %; of its mean over 9216 pixels, of
# which some hundred are independent, 2 %.
#   TWEEDIE_BUILD=build/release compare-gfactor-bart.sh
set -euo pipefail
export OMP_NUM_THREADS=1 # small images
tweedie="$(realpath "${TWEEDIE_BUILD:?the build folder is required}")/applications/tweedie"
size=96
count=100
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
bart phantom -x"$size" -s8 -k complete
bart phantom -x"$size" -S8 raw
bart normalize 8 raw maps
bart upat -Y "$size" -Z 1 -y 3 -c 12 pattern
bart fmac complete pattern kspace
"$tweedie" reconstruct mri kspace --sensitivities maps --noise 1 --method sense --g-factor ours.cfl --output image.cfl \
  --progress none >log 2>&1
bart scale 0 complete zero
for kind in full part; do
  for i in $(seq "$count"); do
    bart noise -s "$i" -n 1 zero noisy
    [ "$kind" = full ] || { bart fmac noisy pattern cut && bart copy cut noisy; }
    bart pics -l2 -r 1e-7 -w 1 -i 200 noisy maps "$kind-$i" >>log
  done
  names=$(for i in $(seq "$count"); do echo "$kind-$i"; done)
  # shellcheck disable=SC2086
  bart join 10 $names all
  bart std 1024 all "$kind"
done
bart invert full inverse
bart fmac part inverse worse
kept=$(bart show pattern | tr -s '[:space:]' '\n' | awk 'NF && $1 + 0 > 0.5 { n++ } NF { m++ } END { print sqrt(n / m) }')
bart scale "$kept" worse theirs
error=$(bart nrmse theirs ours)
bart invert ours one
bart fmac theirs one ratio
bart avg 3 ratio mean
mean=$(bart show mean | tr -d '[:space:]')
echo "g-factor: NRMSE to the noise of bart pics $error (bound 0.09), mean ratio $mean (bound 0.02 about 1)"
awk -v e="$error" -v m="$mean" 'BEGIN { d = m + 0 - 1; exit !(e < 0.09 && d < 0.02 && d > -0.02) }'
