#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Processor time of one iteration of "bart pics -t -l2" along 402 radial readouts of 512 samples (256 x 256, 8 coils, one
# core; BART's Toeplitz operator, its default), beside our normal operator. An iteration is the slope between two
# iteration counts, so that start-up, files and the operator's set-up do not count; both programs run in turn, several
# times, and medians are compared.
#   RadialIteration.sh path/to/TweedieBenchmarks [repetitions]
set -euo pipefail
benchmarks=$(realpath "${1:?usage: RadialIteration.sh path/to/TweedieBenchmarks [repetitions]}")
repetitions=${2:-5}
export OMP_NUM_THREADS=1 LC_ALL=C
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

bart traj -r -x512 -y402 twice
bart scale 0.5 twice trajectory
bart phantom -x256 -S8 maps
bart phantom -x256 object
bart fmac object maps coils
bart nufft trajectory coils complete # the phantom's own k-space takes minutes
bart noise -n 100 complete kspace # keeps the iterations from converging early

processor_seconds() # iterations
{
  local TIMEFORMAT='%U %S'
  { time bart pics -l2 -r 0.0001 -i "$1" -t trajectory kspace maps image >log 2>&1; } 2>&1 | awk '{ print $1 + $2 }'
}
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

: >bart.txt
: >ours.txt
for _ in $(seq "$repetitions"); do
  few=$(processor_seconds 5)
  many=$(processor_seconds 35)
  awk -v a="$few" -v b="$many" 'BEGIN { print 1000 * (b - a) / 30 }' >>bart.txt
  "$benchmarks" --benchmark_filter="NoncartesianNormal" 2>/dev/null |
    sed -n 's/.*ours_ms=\([0-9.e+-]*\).*/\1/p' >>ours.txt
done
awk -v bart="$(median <bart.txt)" -v ours="$(median <ours.txt)" 'BEGIN {
  printf "radial: SENSE normal operator %.2f ms, bart pics -t -l2 iteration %.2f ms, %.2f x (bar 4)\n",
         ours, bart, bart / ours }'
