// SPDX-License-Identifier: Apache-2.0
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>

int
main(int argc, char ** argv)
{
  at::set_num_threads(1); // every figure is that of one core
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
  {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
