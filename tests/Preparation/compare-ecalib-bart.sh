#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Coil maps of "tweedie coils" against those of "bart ecalib" on BART's phantom with eight coils and noise: the sine of
# the angle between the two vectors of a pixel, where BART's first eigenvalue exceeds 0.9 and its second one is below
# 0.7. BART stops after 30 iterations, which leave (0.7 / 0.9)^30 = 5e-4 of the second vector, times how much of it the
# start had; nearer eigenvalues leave more (the exact vectors differ from BART's by 0.1 and more there). Also the time
# of both on one thread: BART's whole process, and ours without the loading of LibTorch.
#   TWEEDIE_BUILD=build/release compare-ecalib-bart.sh
set -euo pipefail
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
tweedie="$(realpath "${TWEEDIE_BUILD:?the build folder is required}")/applications/tweedie"
bound=1e-2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
largest_of() { bart show "$1" | tr '\t' '\n' | sed 's/^\([+-][0-9.]*e[+-][0-9]*\).*/\1/' | sort -g | tail -1; }
for size in 128 256; do
  bart phantom -x"$size" -s8 -k complete
  bart noise -n 1 complete kspace
  bart ecalib -m2 kspace both values >log
  bart slice 4 0 both theirs
  bart slice 4 0 values first
  bart slice 4 1 values second
  start=$(date +%s.%N)
  bart ecalib -m1 kspace one >>log
  end=$(date +%s.%N)
  "$tweedie" coils kspace --output ours.cfl --overwrite --progress none >>log 2>&1
  seconds=$(sed -n 's/.*"wall-seconds": *\([0-9.e-]*\).*/\1/p' ours.summary.json)
  bart fmac -C -s8 ours theirs product # |sum conj(a) b| over the coils: 1 where both span the same line
  bart fmac -C product product squared
  bart threshold -B 0.9 first large
  bart threshold -B 0.7 second near
  bart ones 2 "$size" "$size" ones
  bart saxpy -- -1 near ones apart
  bart fmac large apart inside
  bart saxpy -- -1 squared ones rest
  bart fmac rest inside kept
  error=$(largest_of kept | awk '{ print sqrt($1 > 0 ? $1 : 0) }')
  count=$(bart show inside | tr '\t' '\n' | grep -c '^+1\.0')
  echo "ecalib, $size x $size: largest sine over $count pixels $error (bound $bound);" \
    "bart $(awk -v a="$start" -v b="$end" 'BEGIN { print b - a }') s, tweedie $seconds s"
  awk -v e="$error" -v b="$bound" -v n="$count" 'BEGIN { exit !(e < b && n > 1000) }'
done
