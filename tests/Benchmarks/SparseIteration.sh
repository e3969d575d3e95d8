#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Processor time of one iteration of total variation and of wavelets of "bart pics", beside one of ours, and of "bart
# ecalib" beside "tweedie coils" (256 x 256, 8 coils, every fourth line and a centre, one core). An iteration is the
# slope between two iteration counts, and a slice of ours that between two numbers of slices, so that start-up and files
# do not count. The programs run in turn, several times, and medians are compared. BART's wavelets are FISTA, as ours;
# its total variation is ADMM, whose iteration solves a least-squares problem by conjugate gradients.
#   SparseIteration.sh path/to/tweedie [repetitions]
set -euo pipefail
tweedie=$(realpath "${1:?usage: SparseIteration.sh path/to/tweedie [repetitions]}")
repetitions=${2:-5}
export OMP_NUM_THREADS=1 LC_ALL=C
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

bart phantom -x256 -s8 -k complete
bart phantom -x256 -S8 raw
bart normalize 8 raw maps
bart upat -Y 256 -Z 1 -y 4 -c 24 pattern
bart noise -n 100 complete noisy # keeps the iterations from converging early
bart fmac noisy pattern kspace

processor_seconds() {
  local TIMEFORMAT='%U %S'
  { time "$@" >log 2>&1; } 2>&1 | awk '{ print $1 + $2 }'
}
theirs() { # tv|wavelet iterations
  local penalty=T:3:0:1 options=()
  [[ "$1" == wavelet ]] && penalty=W:3:0:1 options=(-e -n)
  processor_seconds bart pics -w 1 "${options[@]}" -i "$2" -R "$penalty" kspace maps image
}
ours() {
  processor_seconds "$tweedie" reconstruct mri kspace --sensitivities maps --noise 10 --method "$1" --lambda 1 \
    --tolerance 1e-12 --iterations "$2" --part complex --output ours --overwrite --progress none
}
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
per_iteration() { awk -v a="$1" -v b="$2" -v n="$3" 'BEGIN { print 1000 * (b - a) / n }'; }

for method in tv wavelet; do
  rm -f theirs.txt ours.txt
  for _ in $(seq "$repetitions"); do
    per_iteration "$(theirs "$method" 10)" "$(theirs "$method" 60)" 50 >>theirs.txt
    per_iteration "$(ours "$method" 10)" "$(ours "$method" 210)" 200 >>ours.txt
  done
  awk -v m="$method" -v bart="$(median <theirs.txt)" -v ours="$(median <ours.txt)" 'BEGIN {
    printf "%s: iteration %.2f ms, of bart pics %.2f ms, %.1f x (bar 2.5)\n", m, ours, bart, bart / ours }'
done

bart repmat 13 9 kspace slices
rm -f theirs.txt ours.txt
for _ in $(seq "$repetitions"); do
  processor_seconds bart ecalib -m 1 -t 0.001 -c 0.8 kspace sensitivities >>theirs.txt
  one=$(processor_seconds "$tweedie" coils kspace --output coils.cfl --overwrite --progress none)
  nine=$(processor_seconds "$tweedie" coils slices --output coils.cfl --overwrite --progress none)
  awk -v a="$one" -v b="$nine" 'BEGIN { print (b - a) / 8 }' >>ours.txt
done
awk -v bart="$(median <theirs.txt)" -v ours="$(median <ours.txt)" 'BEGIN {
  printf "ESPIRiT: a slice %.3f s, of bart ecalib %.3f s, %.1f x (bar 1.5)\n", ours, bart, bart / ours }'
