#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Processor time of one iteration of "bart pics -l2" (256 x 256, 8 coils, one core), beside our SENSE normal operator.
# An iteration is the slope between two iteration counts, so that start-up and files do not count; both programs run in
# turn, several times, and medians are compared.
#   BartIteration.sh path/to/TweedieBenchmarks [repetitions]
set -euo pipefail
benchmarks=$(realpath "${1:?usage: BartIteration.sh path/to/TweedieBenchmarks [repetitions]}")
repetitions=${2:-7}
export OMP_NUM_THREADS=1 LC_ALL=C
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

bart phantom -x256 -s8 -k complete
bart phantom -x256 -S8 maps
bart upat -Y 256 -Z 1 -y 4 -c 10 pattern # every fourth line and the centre, along dimension 1
bart noise -n 100 complete noisy         # keeps the iterations from converging early
bart fmac noisy pattern kspace

processor_seconds() # iterations
{
  local TIMEFORMAT='%U %S'
  { time bart pics -l2 -r 0.0001 -i "$1" kspace maps image >log 2>&1; } 2>&1 | awk '{ print $1 + $2 }'
}
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

: >bart.txt
: >points.txt
: >lines.txt
for _ in $(seq "$repetitions"); do
  few=$(processor_seconds 10)
  many=$(processor_seconds 110)
  awk -v a="$few" -v b="$many" 'BEGIN { print 1000 * (b - a) / 100 }' >>bart.txt
  for kind in points lines; do
    flag=$([ "$kind" = lines ] && echo 1 || echo 0)
    "$benchmarks" --benchmark_filter="NormalOperator/rows:256/columns:256/coils:8/lines:$flag/" 2>/dev/null |
      sed -n 's/.*ours_ms=\([0-9.e+-]*\).*/\1/p' >>"$kind.txt"
  done
done
bart=$(median <bart.txt)
for kind in points lines; do
  awk -v kind="$kind" -v bart="$bart" -v ours="$(median <"$kind.txt")" 'BEGIN {
    printf "%s: SENSE normal operator %.2f ms, bart pics -l2 iteration %.2f ms, ratio %.3f (bar 0.25)\n",
           kind, ours, bart, ours / bart }'
done
