// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSimulatedRun_h
#define tweedieSimulatedRun_h

#include "tweedieCaseCalibration.h"
#include "tweedieCaseSummary.h"
#include "tweedieProgress.h"
#include "tweedieSimulatedKind.h"

#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
struct SimulatedOptions
{
  std::string image;
  std::string prior;
  std::string axis = "axial";
  std::string slices;
  std::int64_t limit = 0;
  std::int64_t seeds = 1;
  std::vector<std::string> methods;
  std::int64_t samples = 15;
  std::int64_t replicas = 20;
  std::string roi;
  bool unseen = false;
  std::string output;
  std::string calibrate;
  std::string calibrationSlices;
  std::vector<double> levels;

  void Visit(OptionVisitor & v);
};

/** All cases of one method. */
struct MethodCases
{
  SimulatedMethod method;
  std::vector<GroupedCase> cases; ///< group: number of the slice
  CaseSummary summary;
  std::optional<CaseCalibration> calibration;
  double seconds = 0.0; ///< of a case
};

/** What is simulated, checked before any work. */
struct SimulatedPlan
{
  std::vector<std::int64_t> slices;
  std::vector<std::int64_t> calibrationSlices;
  std::vector<double> levels;
  std::vector<std::string> notCalibrated; ///< levels that so few cases cannot promise, in words
  std::vector<SimulatedMethod> methods;
  Volume image; ///< the slices
  Volume roi;
  std::string imageDigest;
  std::string priorDigest;
  std::string priorScope;
};

/** Throws UsageError and DataError for everything that would fail later. */
SimulatedPlan PlanSimulated(SimulatedKind & kind, const SimulatedOptions & options);

/** Runs all cases, or takes them from the folder's units; images of the first case are left in folder/images. */
std::vector<MethodCases> RunSimulated(const SimulatedKind & kind,
                                      const SimulatedOptions & options,
                                      const SimulatedPlan & plan,
                                      const ProgressCallback & progress);

/** The protocol that scales of a method hold for. */
ProtocolFacts ProtocolOf(const SimulatedKind & kind, const SimulatedPlan & plan, const SimulatedMethod & method);
} // namespace tweedie

#endif
