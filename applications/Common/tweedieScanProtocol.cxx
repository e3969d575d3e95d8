// SPDX-License-Identifier: Apache-2.0
#include "tweedieScanProtocol.h"

#include "tweedieImageUnit.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRINoise.h"
#include "tweedieModelFile.h"
#include "tweedieOptionsJson.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

namespace tweedie
{
namespace
{
constexpr double stated = 1e-3;       // of what a file rounds
constexpr double lineCount = 0.03;    // a whole number of lines is not exactly a quarter of them
constexpr double angles = 0.05;       // of arcs with the last view and without
constexpr double counts = 0.1;        // of photons that the patterns themselves tell
constexpr double noiseOfImage = 0.25; // the percentile of an aliased image is that of the object no nearer

ProtocolFact
Found(const std::string & name, double value, double tolerance)
{
  return {name, PlainNumber(value), tolerance};
}

/** Lines that are measured, y, of the first slice; of single samples none. */
std::vector<std::int64_t>
MeasuredLines(const at::Tensor & mask)
{
  std::vector<std::int64_t> lines;
  for (std::int64_t y = 0; y < mask.size(0); ++y)
  {
    if (mask[y].gt(0.5).all().item<bool>())
    {
      lines.push_back(y);
    }
  }
  return lines;
}

/** Whether gaps are alike to a line: those of the calibrated centre are 1, and the two that border on it may be
 * shorter. */
bool
IsEquispaced(const std::vector<std::int64_t> & lines)
{
  std::vector<std::int64_t> gaps;
  for (std::size_t i = 1; i < lines.size(); ++i)
  {
    gaps.push_back(lines[i] - lines[i - 1]);
  }
  gaps.erase(std::remove(gaps.begin(), gaps.end(), 1), gaps.end());
  std::sort(gaps.begin(), gaps.end());
  constexpr std::size_t border = 2;
  return gaps.size() <= border || gaps.back() - gaps[border] <= 1;
}

double
MaskAcceleration(const at::Tensor & mask)
{
  return static_cast<double>(mask.numel()) / std::max(1.0, mask.gt(0.5).sum().item<double>());
}
} // namespace

std::string
PlainNumber(double value)
{
  char text[40];
  return std::string(text, std::to_chars(text, text + sizeof(text), value).ptr);
}

ProtocolFacts
operator+(ProtocolFacts a, const ProtocolFacts & b)
{
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

ProtocolFacts
ScanFacts(const MRIScan & scan, const std::optional<double> & noise)
{
  const at::Tensor mask = TensorView(scan.mask)[0][0];
  MRIClassicalOptions classical;
  classical.method = "sense";
  classical.noise = noise;
  std::vector<std::string> ignored;
  const double level = MRINoiseLevel(scan, noise, ignored);
  const double unit = ImageUnit(TensorView(ReconstructClassical(scan, classical).mean).abs());
  return ProtocolFacts{{"measurement", "mri"},
                       {"mask", IsEquispaced(MeasuredLines(mask)) ? "equispaced" : "irregular"},
                       Found("acceleration", MaskAcceleration(mask), lineCount),
                       {"coils", std::to_string(scan.kspace.Channels())},
                       Found("noise", level / std::max(unit, 1e-30), noiseOfImage)} +
         GridFacts(scan.kspace.GetGrid());
}

ProtocolFacts
ScanFacts(const CTScan & scan, double modelDeviation)
{
  const auto & views = scan.geometry.views;
  const bool isParallel = scan.geometry.beam == CTBeam::Parallel;
  double arc = 0.0;
  for (std::size_t i = 1; i < views.size(); ++i)
  {
    const Vector3 &a = views[i - 1].source, &b = views[i].source;
    arc += std::acos(std::clamp(Dot(a, b) / (Length(a) * Length(b)), -1.0, 1.0)) * 180.0 / std::acos(-1.0);
  }
  const auto n = static_cast<double>(views.size());
  ProtocolFacts facts{{"measurement", "ct"},
                      {"beam",
                       isParallel                          ? "parallel"
                       : scan.geometry.beam == CTBeam::Fan ? "fan"
                                                           : "cone"},
                      {"views", std::to_string(views.size())},
                      Found("arc", views.size() > 1 ? arc * n / (n - 1.0) : 0.0, angles),
                      Found("electronic-noise", scan.electronic, stated),
                      Found("model-deviation", modelDeviation, stated)};
  if (scan.photons)
  {
    facts.push_back(Found("photons", *scan.photons, stated));
  }
  return facts;
}

ProtocolFacts
ScanFacts(const PhaseScan & scan)
{
  ProtocolFacts facts{{"measurement", "phase"}, {"experiment", ToString(scan.experiment)}};
  if (scan.experiment == PhaseExperiment::Coded)
  {
    facts.push_back({"patterns", std::to_string(scan.patterns.Channels())});
  }
  else
  {
    facts.push_back(Found("oversampling", OversamplingOf(scan)[0], angles));
  }
  if (scan.isCounts)
  {
    const at::Tensor patterns = TensorView(scan.patterns).to(at::kDouble).clamp_min(0.0) - scan.dark;
    const auto objects = static_cast<double>(scan.patterns.GetGrid().size.z);
    facts.push_back(Found("photons", patterns.sum().item<double>() / objects, counts));
  }
  else if (scan.noise)
  {
    facts.push_back(Found("noise", *scan.noise, stated));
  }
  facts.push_back(PixelsFact(scan.object)); // their pitch is that of the optics
  return facts;
}

ProtocolFact
PixelsFact(const Grid & image)
{
  return {"pixels", std::to_string(image.size.x) + " x " + std::to_string(image.size.y)};
}

ProtocolFacts
GridFacts(const Grid & image)
{
  return {PixelsFact(image), Found("spacing", std::sqrt(image.spacing.x * image.spacing.y), stated)};
}

ProtocolFacts
PosteriorFacts(PosteriorOptions options, const std::string & priorDigest)
{
  const PosteriorOptions defaults;
  ProtocolFacts facts{{"method", options.method},
                      {"steps", std::to_string(options.steps)},
                      {"samples", std::to_string(options.samples)},
                      {"prior", priorDigest}};
  // What has a fact of its own, and what changes no result.
  options.method = defaults.method;
  options.steps = defaults.steps;
  options.samples = defaults.samples;
  options.prior = defaults.prior;
  options.seed = defaults.seed;
  options.noise = defaults.noise;
  options.batch = defaults.batch;
  options.maximumMemory = defaults.maximumMemory;
  options.threads = defaults.threads;
  options.device = defaults.device;
  options.nullSpace = defaults.nullSpace;
  options.keepSamples = defaults.keepSamples;
  options.checkpoint = defaults.checkpoint;
  options.checkpointSeconds = defaults.checkpointSeconds;
  const std::string text = OptionsText(options);
  facts.push_back({"settings", Sha256(text.data(), text.size()).substr(0, 12)});
  return facts;
}
} // namespace tweedie
