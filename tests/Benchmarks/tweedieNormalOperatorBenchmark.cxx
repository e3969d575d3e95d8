// SPDX-License-Identifier: Apache-2.0
// A^H A of Cartesian MRI against the two bare FFTW plans per coil that a normal operator cannot do without.
#include "tweediePairedTiming.h"
#include "tweedieRandom.h"
#include "tweedieSenseOperator.h"

#include <ATen/ATen.h>
#include <fftw3.h>

#include <memory>

namespace tweedie
{
namespace benchmarks
{
namespace
{
/** Forward and backward transforms of one plane, measured by FFTW, without shift, scale or mask. */
class BarePlans
{
public:
  BarePlans(std::int64_t rows, std::int64_t columns)
      : m_A(fftwf_alloc_complex(static_cast<std::size_t>(rows * columns))),
        m_B(fftwf_alloc_complex(static_cast<std::size_t>(rows * columns)))
  {
    const auto r = static_cast<int>(rows);
    const auto c = static_cast<int>(columns);
    m_Forward = fftwf_plan_dft_2d(r, c, m_A, m_B, FFTW_FORWARD, FFTW_MEASURE);
    m_Backward = fftwf_plan_dft_2d(r, c, m_B, m_A, FFTW_BACKWARD, FFTW_MEASURE);
    std::fill_n(reinterpret_cast<float *>(m_A), 2 * rows * columns, 0.0F);
  }
  ~BarePlans()
  {
    fftwf_destroy_plan(m_Forward);
    fftwf_destroy_plan(m_Backward);
    fftwf_free(m_A);
    fftwf_free(m_B);
  }
  BarePlans(const BarePlans &) = delete;
  BarePlans & operator=(const BarePlans &) = delete;

  void
  Run() const
  {
    fftwf_execute(m_Forward);
    fftwf_execute(m_Backward);
  }

private:
  fftwf_complex * m_A;
  fftwf_complex * m_B;
  fftwf_plan m_Forward;
  fftwf_plan m_Backward;
};

at::Tensor
Mask(std::int64_t rows, std::int64_t columns, bool lines)
{
  const auto random = RandomStreams(1, {0}).Uniform({rows, lines ? 1 : columns}, at::kFloat)[0];
  return random.lt(0.25).to(at::kFloat).expand({rows, columns}).contiguous();
}

/** Arguments: rows, columns, coils (0: no maps), 1 for whole lines. */
void
NormalOperator(benchmark::State & state)
{
  const auto rows = state.range(0);
  const auto columns = state.range(1);
  const auto coils = state.range(2);
  const auto maps =
      coils == 0 ? at::Tensor() : RandomStreams(2, {0}).Normal({coils, 1, rows, columns}, at::kComplexFloat).squeeze(0);
  const auto op = MakeSenseOperator(Mask(rows, columns, state.range(3) == 1), maps);
  const auto x = RandomStreams(3, {0}).Normal({1, 1, rows, columns}, at::kComplexFloat);
  const BarePlans bare(rows, columns);
  RunPaired(
      state,
      [&] { benchmark::DoNotOptimize(op->Normal(x)); },
      [&]
      {
        for (std::int64_t coil = 0; coil < std::max<std::int64_t>(1, coils); ++coil)
        {
          bare.Run();
        }
      });
}

BENCHMARK(NormalOperator)
    ->ArgNames({"rows", "columns", "coils", "lines"})
    ->ArgsProduct({{128}, {128}, {0}, {0, 1}})
    ->ArgsProduct({{192}, {224}, {0}, {0, 1}})
    ->ArgsProduct({{217}, {181}, {0}, {0, 1}})
    ->ArgsProduct({{256}, {256}, {0, 8}, {0, 1}})
    ->ArgsProduct({{320}, {320}, {0}, {0, 1}})
    ->UseManualTime()
    ->Iterations(50)
    ->Unit(benchmark::kMillisecond);
} // namespace
} // namespace benchmarks
} // namespace tweedie
