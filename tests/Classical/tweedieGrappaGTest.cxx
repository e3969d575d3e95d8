// SPDX-License-Identifier: Apache-2.0
#include "tweedieGrappa.h"

#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieRandom.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
constexpr std::int64_t rows = 32;
constexpr std::int64_t columns = 24;

/** Coils whose maps are exp(2 pi i c y / N): the k-space of coil c is that of coil 0, moved by c lines, so that a line
 * that one coil lacks was measured by another and GRAPPA is exact. */
at::Tensor
ShiftedCoils(std::int64_t coils)
{
  const at::Tensor object = RandomStreams(1, {0}).Normal({rows + coils, columns}, at::kComplexDouble)[0];
  std::vector<at::Tensor> list;
  for (std::int64_t coil = 0; coil < coils; ++coil)
  {
    list.push_back(object.narrow(0, coil, rows));
  }
  return at::stack(list);
}

/** Every R-th line from `first` on, and 12 at the centre. */
at::Tensor
Lines(std::int64_t acceleration, std::int64_t first = 0)
{
  at::Tensor lines = at::zeros({rows}, at::kDouble);
  lines.slice(0, first, rows, acceleration).fill_(1.0);
  lines.slice(0, rows / 2 - 6, rows / 2 + 6).fill_(1.0);
  return lines;
}

GrappaOptions
Undamped()
{
  GrappaOptions options;
  options.damping = 1e-12;
  return options;
}

double
RelativeError(const at::Tensor & x, const at::Tensor & truth)
{
  return ((x - truth).norm() / truth.norm()).item().toComplexDouble().real();
}

TEST(Grappa, IsExactWhereCoilsMeasureEachOthersLines)
{
  const at::Tensor truth = ShiftedCoils(3);
  for (const std::int64_t acceleration : {2, 3})
  {
    // Offsets by which the first and last line are inner ones too: the lines beyond the measured ones have no partner.
    const std::int64_t first = 1;
    const at::Tensor lines = Lines(acceleration, first);
    const at::Tensor filled = FillByGrappa(truth * lines.view({1, -1, 1}), lines, Undamped());
    // Lines at the border lack a neighbour that the exact answer needs.
    const auto inner = [](const at::Tensor & x) { return x.narrow(1, 4, rows - 8); };
    // The rounding of the normal equations, whose condition is that of their damping.
    EXPECT_LE(RelativeError(inner(filled), inner(truth)), 1e-6) << acceleration;
  }
}

TEST(Grappa, TakesLinesThatAreNotEquispaced)
{
  const at::Tensor truth = ShiftedCoils(3);
  at::Tensor lines = Lines(rows);
  for (const std::int64_t line : {0, 2, 5, 7, 8, 24, 27, 29, 31})
  {
    lines[line] = 1.0;
  }
  const at::Tensor filled = FillByGrappa(truth * lines.view({1, -1, 1}), lines, Undamped());
  const auto inner = [](const at::Tensor & x) { return x.narrow(1, 4, rows - 8); };
  EXPECT_LE(RelativeError(inner(filled), inner(truth)), 1e-6);
}

TEST(Grappa, KeepsWhatWasMeasuredAndLeavesFarLinesZero)
{
  const at::Tensor truth = ShiftedCoils(2);
  at::Tensor lines = Lines(2);
  lines.slice(0, 24).zero_(); // partial Fourier: the last quarter is not measured
  const at::Tensor data = truth * lines.view({1, -1, 1});
  const at::Tensor filled = FillByGrappa(data, lines);
  EXPECT_TRUE(at::equal(filled * lines.view({1, -1, 1}), data));
  EXPECT_GT(filled.narrow(1, 3, 1).abs().max().item<double>(), 0.0);
  EXPECT_EQ(filled.narrow(1, 25, 7).abs().max().item<double>(), 0.0);
}

TEST(Grappa, ScalesWithTheData)
{
  const at::Tensor lines = Lines(3);
  const at::Tensor data = ShiftedCoils(3) * lines.view({1, -1, 1});
  const at::Tensor filled = FillByGrappa(data, lines);
  // Powers of two and the same operations: equal but for the last places.
  EXPECT_LE(RelativeError(FillByGrappa(data * 1024.0, lines) / 1024.0, filled), 1e-12);
}

TEST(Grappa, RefusesWhatItCannotFill)
{
  const at::Tensor data = ShiftedCoils(2);
  at::Tensor lines = at::zeros({rows}, at::kDouble);
  lines.slice(0, 0, rows, 2).fill_(1.0);
  EXPECT_THROW_MESSAGE(FillByGrappa(data, lines), DataError, "1 measured lines around the centre");
  EXPECT_THROW_MESSAGE(FillByGrappa(data, lines.narrow(0, 0, 8)), DataError, "wrong shape");
  EXPECT_THROW_MESSAGE(FillByGrappa(at::real(data), lines), DataError, "complex");
  GrappaOptions options;
  options.columns = 4;
  EXPECT_THROW_MESSAGE(FillByGrappa(data, Lines(2), options), UsageError, "odd number");
}
} // namespace
} // namespace tweedie
