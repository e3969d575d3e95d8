// SPDX-License-Identifier: Apache-2.0
#include "tweediePhotonBound.h"

#include "tweedieMagnitudeModel.h"
#include "tweediePhaseClassical.h"
#include "tweediePhaseModel.h"
#include "tweediePhaseSimulation.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <array>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t side = 16;
constexpr std::int64_t seeds = 2; // 512 pixels behind a point: 3 %
constexpr std::array<double, 4> photons{1e5, 1e6, 1e7, 1e8};

/** A skull, a brain and two dark places in it. */
Volume
SmallHead()
{
  const at::Tensor y = at::arange(side, at::kDouble).unsqueeze(1) - 7.5;
  const at::Tensor x = at::arange(side, at::kDouble).unsqueeze(0) - 7.5;
  const auto inside = [&](double row, double column, double a, double b)
  { return (((y - row) / a).square() + ((x - column) / b).square()).lt(1.0).to(at::kDouble); };
  const at::Tensor head = inside(0, 0, 7.5, 6.5) - 0.5 * inside(0, 0, 6.2, 5.2) - 0.2 * inside(-1, -2, 2, 1.5) -
                          0.15 * inside(1, 2, 2.5, 1.5);
  Grid grid;
  grid.size = {1, side, side};
  return VolumeFromTensor(head.reshape({1, 1, side, side}), grid);
}

PhaseScan
Counts(const Volume & object, double level, std::int64_t seed)
{
  PhaseSimulationOptions options;
  options.experiment = "coded";
  options.patterns = 6;
  options.code = "octonary";
  options.noiseModel = "poisson";
  options.photons = level;
  options.seed = seed;
  return SimulatePhase(object, options);
}

double
BoundOf(const Volume & object, const PhaseScan & scan)
{
  const PhaseModel model(scan);
  const MagnitudeModel magnitude(model.Wave(), MagnitudeKind::Amplitude, model.Diagonal());
  const std::int64_t amplitudes = model.Amplitude().numel();
  std::vector<std::int64_t> shape = model.Amplitude().sizes().vec();
  shape[0] = amplitudes;
  const at::Tensor units = at::eye(amplitudes, at::kDouble).reshape(shape);
  const at::Tensor x = SliceBatch(object).to(at::kDouble).expand({amplitudes, 1, 1, side, side});
  const at::Tensor rows = magnitude.Vjp(x, units).reshape({amplitudes, side * side});
  const at::Tensor fisher = at::matmul(rows.transpose(0, 1), rows) * (4.0 * *scan.countsPerUnit);
  const double trace = at::linalg_inv(fisher).diagonal().sum().item<double>();
  return std::sqrt(trace / static_cast<double>(side * side));
}

double
SquaredErrorOf(const char * method, const Volume & object, const PhaseScan & scan)
{
  PhaseClassicalOptions options;
  options.method = method;
  options.starts = 2;
  options.iterations = 400;
  options.finish = 0.5; // an end by er: the least misfit of amplitudes
  const Volume found = ReconstructPhaseClassical(scan, options).mean;
  return (TensorView(found) - TensorView(object)).square().mean().to(at::kDouble).item<double>();
}
} // namespace

void
ShowPhotonBound(ReportDocument & page)
{
  const Volume object = SmallHead();
  PlotSeries bound{"Cramér-Rao bound", {}, {}, 0};
  std::vector<PlotSeries> methods{{"hio, then er", {}, {}, 1}, {"wirtinger-flow", {}, {}, 2}};
  const std::array<const char *, 2> names{"hio", "wirtinger-flow"};
  for (const double level : photons)
  {
    std::array<double, 2> squares{};
    double least = 0.0;
    for (std::int64_t seed = 1; seed <= seeds; ++seed)
    {
      const PhaseScan scan = Counts(object, level, seed);
      least += BoundOf(object, scan) / static_cast<double>(seeds);
      for (std::size_t i = 0; i < names.size(); ++i)
      {
        squares[i] += SquaredErrorOf(names[i], object, scan) / static_cast<double>(seeds);
      }
    }
    bound.x.push_back(level);
    bound.y.push_back(least);
    for (std::size_t i = 0; i < names.size(); ++i)
    {
      methods[i].x.push_back(level);
      methods[i].y.push_back(std::sqrt(squares[i]));
    }
  }
  Plot plot;
  plot.title = "Photon noise";
  plot.xLabel = "photons, all patterns together";
  plot.yLabel = "rms error per pixel";
  plot.isLogarithmic = true;
  plot.series = {bound, methods[0], methods[1]};
  page.AddSection("How near the bound",
                  "An analytic head of 16 x 16 pixels behind six octonary codes, counts with Poisson noise, no prior.");
  page.AddPlots({plot}, "The least error of an unbiased estimate, and what iterations reach: mean over two draws.");
}
} // namespace tweedie
