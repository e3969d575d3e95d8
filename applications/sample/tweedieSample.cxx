// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"
#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieEstimator.h"
#include "tweedieFigure.h"
#include "tweedieImageFile.h"
#include "tweedieImagePart.h"
#include "tweedieImageStatistics.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieOutputs.h"
#include "tweediePriorTable.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReportTable.h"
#include "tweedieRunOptions.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace tweedie
{
namespace
{
struct SampleOptions
{
  std::string prior;
  std::int64_t samples = 8;
  std::int64_t steps = 50;
  std::int64_t seed = 1;
  std::int64_t batch = 4;
  std::string device = "cpu";
  std::string part = "magnitude";
  std::string output;
  std::string figure;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("prior", "model file to sample from").Reads(PathKind::File), prior);
    v.Visit(Field("samples", "images to draw").Range(1, 100000), samples);
    v.Visit(Field("steps", "noise levels; each costs two network evaluations").Range(1, 100000), steps);
    v.Visit(Field("seed", "of the random numbers").Range(0), seed);
    v.Visit(Field("batch", "images that are drawn together").Range(1, 4096), batch);
    v.Visit(Field("device", "that computes").Choices({"cpu", "cuda"}), device);
    v.Visit(Field("part", "of the samples that is written").Choices({"magnitude", "complex", "phase"}), part);
    v.Visit(Field("output", "samples to write, one a slice").Writes(PathKind::Image), output);
    v.Visit(Field("figure", "picture of the samples to write (.png)").Writes(PathKind::File), figure);
  }
};

/** Samples [sample, 1, 1, y, x] of the prior alone: the estimator that proves the others, without data. */
at::Tensor
Draw(const std::shared_ptr<const NetworkDenoiser> & prior,
     const SampleOptions & options,
     c10::Device device,
     const ProgressCallback & progress)
{
  const auto & card = prior->Card();
  const bool isComplex = card.ImageChannels() == 2;
  PosteriorProblem problem;
  problem.prior = prior;
  problem.conditioned = prior;
  problem.shape = {isComplex ? 1 : card.ImageChannels(),
                   1,
                   static_cast<std::int64_t>(card.size.at(0)),
                   static_cast<std::int64_t>(card.size.at(1))};
  problem.type = isComplex ? at::kComplexFloat : at::kFloat;
  problem.device = device;
  EstimatorOptions chain;
  chain.method = "reference";
  chain.guidance = "exact";
  chain.start = "noise";
  chain.steps = options.steps;
  chain.samples = options.samples;
  chain.seed = options.seed;
  chain.batch = options.batch;
  chain.keepSamples = true;
  return RunEstimator(problem, chain, progress).samples.select(1, 0).cpu();
}

at::Tensor
AsChannels(const at::Tensor & samples)
{
  const auto x = samples.squeeze(2);
  return x.is_complex() ? at::view_as_real(x.squeeze(1).contiguous()).permute({0, 3, 1, 2}) : x;
}

/** A row a statistic: the samples' median beside the range of the training images. */
ReportTable
Compare(const at::Tensor & samples, const ModelCard & card)
{
  ReportTable table;
  table.columns = {{"statistic", "Statistic", "", 0},
                   {"samples", "Samples, median", "", 4},
                   {"training-1", "Training, 1 %", "", 4},
                   {"training-median", "Training, median", "", 4},
                   {"training-99", "Training, 99 %", "", 4},
                   {"inside", "Samples inside", "%", 0}};
  const auto values = ImageStatistics(AsChannels(samples));
  for (std::size_t s = 0; s < ImageStatisticNames().size(); ++s)
  {
    const auto column = values.select(1, static_cast<std::int64_t>(s));
    std::vector<TableCell> row{ImageStatisticNames()[s], column.median().item<double>()};
    if (s < card.statistics.size())
    {
      const auto & quantiles = card.statistics[s];
      const auto inside = (column >= quantiles.front()).logical_and(column <= quantiles.back());
      row.insert(row.end(),
                 {quantiles.front(),
                  quantiles[quantiles.size() / 2],
                  quantiles.back(),
                  100.0 * inside.to(at::kDouble).mean().item<double>()});
    }
    row.resize(table.columns.size());
    table.rows.push_back(row);
  }
  return table;
}

Picture
Montage(const Volume & magnitudes)
{
  std::vector<FigurePanel> panels;
  for (std::int64_t z = 0; z < std::min<std::int64_t>(magnitudes.GetGrid().size.z, 16); ++z)
  {
    FigurePanel panel;
    panel.image = magnitudes;
    panel.slice = z;
    panel.window = {0.0, 1.0};
    panel.label = "sample " + std::to_string(z);
    panels.push_back(panel);
  }
  return RenderFigure(panels);
}
} // namespace

void
RunSample(CommandLine & line)
{
  SampleOptions options;
  RunOptions run;
  line.Add("Samples", options);
  line.Add("Run", run);
  line.Require({"prior"});
  line.AddExample("tweedie sample --prior brain-t1.safetensors --samples 8 --figure samples.png");
  if (!line.Parse())
  {
    return;
  }
  UseThreads(run.threads);
  Outputs outputs(run.overwrite);
  outputs.AddInput(options.prior);
  outputs.AddImage("--output", options.output);
  outputs.AddFile("--figure", options.figure);

  const auto device = DeviceFromName(options.device);
  const auto prior = LoadPrior(options.prior, device);
  ProgressDisplay progress(run.progress);
  const auto samples = Draw(prior, options, device, progress.Callback());
  progress.Clear();

  Grid grid;
  grid.size = {samples.size(0), samples.size(3), samples.size(4)};
  grid.spacing.y = prior->Card().spacing.at(0);
  grid.spacing.x = prior->Card().spacing.at(1);
  const Volume volume = VolumeFromSliceBatch(samples, grid);
  outputs.Write(
      [&]
      {
        if (!options.output.empty())
        {
          WriteImage(options.output, ImagePart(volume, options.part));
        }
        if (!options.figure.empty())
        {
          WritePng(options.figure, Montage(ImagePart(volume, "magnitude")));
        }
      });
  Print(TableMarkdown(Compare(samples, prior->Card())));
}
} // namespace tweedie
