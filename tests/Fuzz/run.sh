#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/Fuzz/run.sh BUILD SECONDS: every fuzzer of a build folder for that long, two at a time. What it learns is kept in
# BUILD/corpus for the next time; an input that ends a parser is left in BUILD/crashes, and the exit code is 1.
set -euo pipefail

[[ $# -eq 2 && -d "$1" ]] || { printf 'usage: %s BUILD SECONDS\n' "$0" >&2; exit 1; }
seeds="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/seeds"
build="$(cd "$1" && pwd)"
seconds="$2"

# A leak of the whole process, a hang of ten seconds and 1 GiB for a few kilobytes are crashes too.
fuzz() {
  local name="${1##*/TweedieFuzz}"
  mkdir -p "$build/corpus/$name" "$build/crashes"
  if "$1" -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$build/crashes/$name-" "$build/corpus/$name" "$seeds/$name" > "$build/$name.log" 2>&1; then
    printf '%s: %s\n' "$name" "$(grep -ao 'stat::number_of_executed_units: *[0-9]*' "$build/$name.log" | tr -s ' ')"
  else
    printf '%s: failed; the end of %s:\n' "$name" "$build/$name.log"
    tail -n 40 "$build/$name.log"
    return 1
  fi
}
export build seeds seconds
export -f fuzz
# shellcheck disable=SC2016 # the inner shell expands it
find "$build" -maxdepth 1 -name 'TweedieFuzz*' -type f -perm -u+x -print0 | sort -z |
  xargs -0 -P 2 -I '{}' bash -c 'fuzz "$1"' bash '{}'
