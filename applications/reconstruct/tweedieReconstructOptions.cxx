// SPDX-License-Identifier: Apache-2.0
#include "tweedieReconstructOptions.h"

#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieEstimator.h"
#include "tweedieTerminal.h"

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr char classicalHeading[] = "Classical methods";
constexpr char posteriorHeading[] = "Posterior methods";

/** A scan has no closed-form posterior. */
bool
IsForScans(const std::string & method)
{
  return method != "reference";
}

/** Flags of methods other than the one that runs and, beside rmp, the one that draws samples. */
std::vector<std::string>
FlagsOfOtherMethods(const std::vector<std::string> & flags, const MRIPosteriorOptions & options)
{
  std::vector<std::string> others;
  for (const EstimatorRow & row : EstimatorTable())
  {
    const bool draws = options.samples > 0 && options.sampler == row.name;
    for (const std::string & flag : flags)
    {
      if (flag.rfind(std::string(row.name) + "-", 0) == 0 && options.method != row.name && !draws)
      {
        others.push_back(flag);
      }
    }
  }
  return others;
}
} // namespace

void
ReconstructFiles::Visit(OptionVisitor & v)
{
  v.Visit(Field("output", "image to write: .nii, .nii.gz, .mha, .nrrd, or .cfl (also without extension)").Unit("FILE"),
          output);
  v.Visit(Field("std", "standard deviation to write, of the same part; needs a method with samples").Unit("FILE"), std);
  v.Visit(Field("samples-output", "posterior samples to write, as a fourth axis").Unit("FILE"), samplesOutput);
  v.Visit(Field("part", "magnitude of the complex mean, the complex mean itself, or its phase")
              .Choices({"magnitude", "complex", "phase"}),
          part);
  v.Visit(Field("sensitivities", "coil maps, one channel per coil, in place of the scan's").Unit("FILE"),
          sensitivities);
}

void
MethodOptions::Visit(OptionVisitor & v)
{
  std::vector<std::string> names;
  for (const ClassicalMethodInfo & classical : ClassicalMethods())
  {
    names.emplace_back(classical.name);
  }
  for (const EstimatorRow & row : EstimatorTable())
  {
    if (IsForScans(row.name))
    {
      names.emplace_back(row.name);
    }
  }
  v.Visit(Field("method", "how to reconstruct").Choices(names), method);
  v.Visit(Field("noise", "standard deviation of a complex k-space sample; if not given: the scan's, or estimated")
              .Unit("units of the data")
              .Above(0.0),
          noise);
  v.Visit(Field("device", "where to compute").Choices({"cpu", "cuda"}), device);
}

bool
MethodOptions::IsClassical() const
{
  const auto & methods = ClassicalMethods();
  return std::any_of(
      methods.begin(), methods.end(), [&](const ClassicalMethodInfo & info) { return info.name == method; });
}

bool
ReconstructOptions::StartsFromImage() const
{
  return posterior.start != "zero" && posterior.start != "mean" && posterior.start != "noise";
}

void
ReconstructOptions::Check(CommandLine & line) const
{
  if (!method.IsClassical() && posterior.prior.empty())
  {
    throw UsageError("--prior: not given; required a model file for method " + method.method);
  }
  const std::int64_t samples = posterior.samples;
  const bool hasSamples = !method.IsClassical() && (method.method == "rmp" ? samples > 1 : samples != 1);
  for (const char * flag : {"std", "samples-output"})
  {
    if (line.IsGiven(flag) && !hasSamples)
    {
      throw UsageError(
          std::string("--") + flag + ": method " + method.method +
          (method.IsClassical() ? " has no samples; required a posterior method" : " needs --samples of at least 2"));
    }
  }
  auto unused = line.GivenUnder(method.IsClassical() ? posteriorHeading : classicalHeading);
  for (const char * flag : {"lambda", "iterations", "tolerance"})
  {
    if (method.method == "zero-filled" && line.IsGiven(flag))
    {
      unused.emplace_back(flag);
    }
  }
  if (!method.IsClassical())
  {
    MRIPosteriorOptions chosen = posterior;
    chosen.method = method.method;
    const auto others = FlagsOfOtherMethods(line.GivenUnder(posteriorHeading), chosen);
    unused.insert(unused.end(), others.begin(), others.end());
  }
  for (const auto & flag : unused)
  {
    Warn("--" + flag + " has no effect on method " + method.method);
  }
}

bool
ReconstructOptions::Parse(CommandLine & line)
{
  const std::vector<std::string> shared{"method", "noise", "threads", "device", "keep-samples"};
  line.AddPositional("SCAN", "scan made by tweedie simulate, or any BART k-space (coils in dimension 3)", files.scan);
  line.Add("Files", files);
  line.Add("Method", method);
  line.Add(classicalHeading, classical, shared);
  line.Add(posteriorHeading, posterior, shared);
  line.Add("Run", run);
  line.Require({"output"});
  line.AddExample("tweedie reconstruct mri scan --method tv --output tv.nii.gz");
  line.AddExample("tweedie reconstruct mri scan --prior brain-t1.safetensors --samples 8 --output mean.nii.gz --std "
                  "std.nii.gz");
  if (!line.Parse())
  {
    return false;
  }
  Check(line);
  DeviceFromName(method.device);
  classical.method = method.method;
  classical.noise = method.noise;
  posterior.method = method.method;
  posterior.noise = method.noise;
  posterior.device = method.device;
  posterior.keepSamples = !files.samplesOutput.empty();
  return true;
}
} // namespace tweedie
