// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseProtocol.h"

#include "tweedieError.h"
#include "tweedieHeadCTProtocol.h"
#include "tweedieOptionsJson.h"
#include "tweediePhaseReport.h"
#include "tweediePhotonBound.h"
#include "tweedieReportTable.h"
#include "tweedieSuiteSupport.h"

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr std::int64_t tvIterations = 100;

class PhaseProtocol final : public SuiteProtocol
{
public:
  explicit PhaseProtocol(SuiteOptions options);

  const SuiteOptions &
  Options() const override
  {
    return m_Options;
  }
  std::vector<SuiteConfiguration>
  Configurations() const override
  {
    return {PhaseConfigurations().begin(), PhaseConfigurations().end()};
  }
  std::vector<SuiteMethod> Methods(const SuiteConfiguration & configuration) const override;
  std::unique_ptr<SuiteMeasurement>
  Simulate(const SuiteConfiguration & configuration,
           const Volume & image,
           std::int64_t seed,
           const ProgressCallback & progress) const override
  {
    return std::make_unique<PhaseMeasurement>(
        PhaseConfigurationOf(configuration.name), image, m_Options, seed, progress);
  }
  std::string
  Settings() const override
  {
    return "phase " + std::to_string(*m_Options.tvIterations);
  }
  std::string Settings(const SuiteConfiguration & configuration, const SuiteMethod & method) const override;
  std::string
  Title() const override
  {
    return "Phase retrieval of held-out head slices";
  }
  std::string
  Data() const override
  {
    return "objects (HU + 1000) / 2000 of 2 x 2 pixels each, real and not negative; amplitudes of coded patterns, "
           "|F d o| / sqrt(number), and of the far field at twice the linear sampling in a square support, with "
           "Gaussian noise of the given standard deviation under the unitary transform.";
  }
  std::string TableCaption() const override;
  std::string
  RequirementCaption() const override
  {
    return "Best: of the highest mean PSNR in the table, classical ones with or without TV; the chain from the truth "
           "is "
           "none of them. An exact sampler has std / error = 1 and coverage 0.90.";
  }
  ReportTable
  Table(const std::vector<SuiteOutcome> & outcomes) const override
  {
    return PhaseTable(outcomes);
  }
  bool
  HasTables() const override
  {
    return true;
  }
  std::vector<SuiteRequirement>
  Requirements(const SuiteOutcome & outcome) const override
  {
    return PhaseRequirements(outcome, PhaseConfigurationOf(outcome.configuration.name));
  }
  void
  Present(ComparisonInput & input) const override
  {
    input.units = "(HU + 1000) / 2000";
    input.window = ValueWindow{0.0, 1.0};
  }
  void
  Show(const std::vector<SuiteOutcome> & outcomes, const std::string & folder, ReportDocument & page) const override
  {
    ShowPhaseResults(outcomes, folder, page);
    ShowPhotonBound(page);
  }

private:
  SuiteOptions m_Options;
  std::vector<std::string> m_Methods; ///< of options.only; empty: all
};

/** Of the names in options.only those of methods are taken out: what stays must be configurations. */
PhaseProtocol::PhaseProtocol(SuiteOptions options) : m_Options(std::move(options))
{
  std::vector<std::string> others;
  for (const std::string & name : m_Options.only)
  {
    const auto & all = PhaseConfigurations();
    const bool isMethod = std::any_of(
        all.begin(),
        all.end(),
        [&](const PhaseConfiguration & configuration)
        {
          const std::vector<SuiteMethod> methods = PhaseSuiteMethods(configuration);
          return std::any_of(methods.begin(), methods.end(), [&](const SuiteMethod & one) { return one.name == name; });
        });
    (isMethod ? m_Methods : others).push_back(name);
  }
  m_Options.only = others;
}

std::vector<SuiteMethod>
PhaseProtocol::Methods(const SuiteConfiguration & configuration) const
{
  std::vector<SuiteMethod> methods;
  for (const SuiteMethod & method : PhaseSuiteMethods(PhaseConfigurationOf(configuration.name)))
  {
    if (m_Methods.empty() || std::find(m_Methods.begin(), m_Methods.end(), method.name) != m_Methods.end())
    {
      methods.push_back(method);
    }
  }
  if (methods.empty())
  {
    throw UsageError("--only: given no method that " + configuration.name +
                     " has; required one, or none for all of them");
  }
  return methods;
}

/** So that a changed setting makes the results of that method again, and no others. */
std::string
PhaseProtocol::Settings(const SuiteConfiguration & configuration, const SuiteMethod & method) const
{
  const PhaseMethodSettings settings = PhaseSettings(PhaseConfigurationOf(configuration.name), method);
  const bool needsClassical = method.effort == 0 || settings.posterior.start == PhaseStarts::hio;
  return (needsClassical ? " " + OptionsText(settings.classical) : "") +
         (method.effort > 0 ? " " + OptionsText(settings.posterior) : "");
}

std::string
PhaseProtocol::TableCaption() const
{
  std::string weights;
  for (const double lambda : m_Options.lambdas)
  {
    weights += (weights.empty() ? "" : ", ") + FormatSignificant(lambda, 3);
  }
  return "PSNR of the aligned objects (far field: flip and shift), peak 1, not clipped; mean over slices and seeds. "
         "Of " +
         std::to_string(phaseRestarts) +
         " starts, classical and RMP alike, the end of the least residual (data fit) is the result; the truth chooses "
         "nothing. DAPS, DPS and PnP-DM give the mean of the samples that fit the data. Ends: of all starts, or the "
         "samples that were kept, each aligned with the truth. Unaligned: the result as it came. Success: |x - o| / "
         "|o| "
         "at most " +
         FormatSignificant(phaseSuccess, 2) +
         ", aligned. Flipped: results and ends that stood the other way around before. TV: total variation from every "
         "end, with the weight of the best mean PSNR on slices " +
         m_Options.tuningSlices + " of " + weights +
         ", for each method. Standard deviation against error: in the head (above -500 HU, filled). Network calls and "
         "Fourier transforms (of a whole pattern): of one start or sample; time: all of them, all slices, start "
         "included. The pages of single measurements clip objects to [0, 1].";
}
} // namespace

void
RunPhaseSuite(const SuiteOptions & options,
              const std::string & folder,
              const CommandLine & line,
              const ProgressCallback & progress)
{
  if (!IsPriorOfCT(options.prior))
  {
    throw DataError(options.prior + ": not trained on Hounsfield units; required a prior of CT (tweedie train "
                                    "--hounsfield)");
  }
  const SuiteDefaults defaults{
      "36:47,84:95", "33,50,82,98", 1, {0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.045, 0.07, 0.1}, tvIterations};
  RunProtocol(PhaseProtocol(Completed(options, defaults)), folder, line, progress);
}
} // namespace tweedie
