// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSimulatedKind_h
#define tweedieSimulatedKind_h

#include "tweedieCommandLine.h"
#include "tweediePosteriorOptions.h"
#include "tweedieScanProtocol.h"
#include "tweedieScanStudy.h"
#include "tweedieSuiteScore.h"
#include "tweedieVolumeEstimate.h"

#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** One way to reconstruct, and how its deviation is made. */
struct SimulatedMethod
{
  std::string name;
  bool isClassical = false;
  std::int64_t samples = 0;  ///< of its posterior
  std::int64_t replicas = 0; ///< of the scan, where it has none
};

/** An estimate as people see it (as the truth stands, in its units), and as the model of the data takes images. */
struct SimulatedEstimate
{
  VolumeEstimate shown;
  Volume mean;
  Volume samples; ///< empty: none
};

/** A simulated scan of one slice: never made by the operator that reconstructs it. */
class SimulatedScan
{
public:
  virtual ~SimulatedScan() = default;

  virtual const Volume & Truth() const = 0;
  /** The truth as the model takes images. */
  virtual Volume ModelTruth() const = 0;
  virtual const ScanStudy & Study() const = 0;
  virtual SimulatedEstimate
  Reconstruct(const SimulatedMethod & method, std::int64_t seed, const ProgressCallback & progress) const = 0;
};

/** A kind of measurement with its flags. */
class SimulatedKind
{
public:
  virtual ~SimulatedKind() = default;

  virtual std::string Name() const = 0; ///< "mri"
  virtual std::string Units() const = 0;
  virtual ScoreRules Rules() const = 0;
  virtual bool IsLinear() const = 0;
  virtual std::vector<std::string> ClassicalNames() const = 0;

  /** Offers the flags of simulation and posterior. */
  virtual void AddFlags(CommandLine & line) = 0;

  /** Refuses what cannot be judged, before any work: no noise above all. */
  virtual void Check(CommandLine & line) = 0;

  virtual PosteriorOptions & Posterior() = 0;
  virtual const PosteriorOptions & Posterior() const = 0;

  /** What was measured, in the words of a protocol: "equispaced, acceleration 4, 8 coils, noise 0.02". */
  virtual std::string Protocol() const = 0;

  /** The same as facts that a scan can be held against (ScanFacts), and those of its image. */
  virtual ProtocolFacts Facts(const Grid & image) const = 0;

  /** Everything that results depend on beside image, prior and method. */
  virtual std::string Settings() const = 0;

  /** Slices as they are simulated. */
  virtual Volume
  Prepared(const Volume & slices) const
  {
    return slices;
  }

  virtual std::unique_ptr<SimulatedScan>
  Simulate(const Volume & slice, std::int64_t seed, const ProgressCallback & progress) const = 0;
};

std::unique_ptr<SimulatedKind> MakeSimulatedMRI();
std::unique_ptr<SimulatedKind> MakeSimulatedCT();
std::unique_ptr<SimulatedKind> MakeSimulatedPhase();

/** A power study: reconstructions are told a noise level that is not that of the data. */
struct StatedNoise
{
  double factor = 1.0;

  void Visit(OptionVisitor & v);

  /** ", stated as 1.5 times that"; nothing where it is right. */
  std::string Text() const;

  /** A fact that no scan has, so that such scales are never applied. */
  ProtocolFacts Facts() const;
};

/** Posterior flags that a validation sets itself. */
std::vector<std::string> HiddenPosteriorFlags();

/** The options of one run of a posterior method. */
template <typename TOptions>
TOptions
RunOptionsOf(TOptions options, const SimulatedMethod & method, std::int64_t seed)
{
  options.method = method.name;
  options.samples = method.samples;
  options.keepSamples = true;
  options.seed = seed;
  options.checkpoint.clear();
  return options;
}
} // namespace tweedie

#endif
