// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMRIProblems_h
#define tweedieMRIProblems_h

#include "tweedieRandom.h"
#include "tweedieSenseOperator.h"

#include <ATen/ATen.h>

#include <cmath>
#include <vector>

namespace tweedie
{
/** Two ellipses with a smooth phase on size x size pixels. */
inline at::Tensor
Phantom(std::int64_t size)
{
  const at::Tensor axis = at::linspace(-1.0, 1.0, size, at::kDouble);
  const at::Tensor y = axis.view({-1, 1});
  const at::Tensor x = axis.view({1, -1});
  const at::Tensor large = (x.square() / 0.5 + y.square() / 0.7) < 1.0;
  const at::Tensor small = ((x - 0.2).square() / 0.05 + (y + 0.1).square() / 0.1) < 1.0;
  const at::Tensor magnitude = large.to(at::kDouble) * 0.6 + small.to(at::kDouble) * 0.4;
  return at::polar(magnitude, (0.7 * x + 0.4 * x * y + 0.3).expand_as(magnitude)).view({1, 1, 1, size, size});
}

/** Lines of which one in `every` is kept, and eight at the centre. */
inline at::Tensor
LineMask(std::int64_t size, std::int64_t every)
{
  at::Tensor mask = at::zeros({size, size}, at::kFloat);
  mask.slice(0, 0, size, every).fill_(1.0);
  mask.slice(0, size / 2 - 4, size / 2 + 4).fill_(1.0);
  return mask;
}

struct MRIProblem
{
  LinearOperatorPointer model;
  at::Tensor data;
  double sigma = 0.03;
  at::Tensor expected; ///< [1]: samples sigma^2
};

inline MRIProblem
SingleCoil(std::int64_t size)
{
  MRIProblem problem;
  const at::Tensor mask = LineMask(size, 2);
  problem.model = MakeSenseOperator(mask);
  const at::Tensor clean = problem.model->Forward(Phantom(size));
  const at::Tensor noise = RandomStreams(1, {0}).NormalLike(clean) * (problem.sigma / std::sqrt(2.0));
  problem.data = clean + noise * mask;
  problem.expected = mask.sum().to(at::kDouble).view({1}) * (problem.sigma * problem.sigma);
  return problem;
}

inline MRIProblem
FourCoils(std::int64_t size)
{
  MRIProblem problem;
  const at::Tensor axis = at::linspace(-1.0, 1.0, size, at::kDouble);
  std::vector<at::Tensor> maps;
  for (int coil = 0; coil < 4; ++coil)
  {
    const double angle = 1.5707963 * coil;
    const at::Tensor distance =
        (axis.view({-1, 1}) - std::sin(angle)).square() + (axis.view({1, -1}) - std::cos(angle)).square();
    maps.push_back(at::polar((-0.5 * distance).exp(), distance * 0.3 + angle));
  }
  const at::Tensor stack = at::stack(maps).unsqueeze(1);
  const at::Tensor mask = LineMask(size, 3);
  problem.model = MakeSenseOperator(mask, stack / stack.abs().square().sum(0, true).sqrt());
  const at::Tensor clean = problem.model->Forward(Phantom(size));
  problem.data = clean + RandomStreams(2, {0}).NormalLike(clean) * (problem.sigma / std::sqrt(2.0)) * mask;
  problem.expected = mask.sum().to(at::kDouble).view({1}) * (4.0 * problem.sigma * problem.sigma);
  return problem;
}
} // namespace tweedie

#endif
