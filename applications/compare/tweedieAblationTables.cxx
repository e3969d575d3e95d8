// SPDX-License-Identifier: Apache-2.0
#include "tweedieAblationTables.h"

#include "tweedieReportTable.h"
#include "tweedieRmpEstimator.h"

namespace tweedie
{
namespace
{
constexpr char loop[] = "natural-gradient";
constexpr char exactLoop[] = "loop, exact D_y";
constexpr char publishedLoop[] = "published loop";

EstimatorOptions
Closed()
{
  return AblationChain("closed", "exact");
}

/** The loop with the exact conditional mean: what is left is the loop's own error. */
EstimatorOptions
Exact()
{
  return AblationChain(loop, "exact");
}

/** The loop with the likelihood of dps, weighed by gamma. */
EstimatorOptions
Published()
{
  return AblationChain(loop, "dps");
}

/** Two decimals at most. */
std::string
Number(double value)
{
  std::string text = FormatNumber(value, 2);
  text.erase(text.find_last_not_of('0') + 1);
  return text.back() == '.' ? text.substr(0, text.size() - 1) : text;
}

AblationTable
Steps()
{
  AblationTable table{"steps",
                      "Noise levels T and inner steps T_in",
                      "Closed: each level in one step, T_in without limit and no sample.",
                      "T",
                      {}};
  for (const std::int64_t steps : {10, 30, 100, 400})
  {
    EstimatorOptions options = Closed();
    options.steps = steps;
    table.settings.push_back(
        {"closed, exact D_y, T " + std::to_string(steps), options, static_cast<double>(steps), "closed, exact D_y"});
  }
  for (const bool isPublished : {false, true})
  {
    for (const std::int64_t inner : {1, 5, 20})
    {
      for (const std::int64_t steps : {10, 30, 100})
      {
        EstimatorOptions options = isPublished ? Published() : Exact();
        options.steps = steps;
        options.Of<RmpSettings>().naturalSteps = inner;
        const std::string curve =
            std::string(isPublished ? publishedLoop : exactLoop) + ", T_in " + std::to_string(inner);
        table.settings.push_back(
            {curve + ", T " + std::to_string(steps), options, static_cast<double>(steps), inner == 20 ? curve : ""});
      }
    }
  }
  return table;
}

AblationTable
StepSize()
{
  AblationTable table{"step-size",
                      "Step size s1 and samples L per step",
                      "L 0: the gradient is taken at the mean. With L samples the loop keeps a spread of about "
                      "sqrt(s1 / ((2 - s1) L)) posterior deviations; with too small a step it does not arrive.",
                      "s1",
                      {}};
  const auto add = [&](const EstimatorOptions & base, const std::string & name, std::int64_t samples, double size)
  {
    EstimatorOptions options = base;
    options.Of<RmpSettings>().naturalSamples = samples;
    options.Of<RmpSettings>().naturalStepSize = size;
    const std::string curve = name + ", L " + std::to_string(samples);
    table.settings.push_back({curve + ", s1 " + Number(size), options, size, samples == 4 ? "" : curve});
  };
  for (const double size : {0.02, 0.05, 0.1, 0.2, 0.5, 1.0})
  {
    add(Exact(), exactLoop, 1, size);
  }
  for (const double size : {0.02, 0.05, 0.2, 1.0})
  {
    add(Exact(), exactLoop, 0, size);
  }
  add(Exact(), exactLoop, 4, 0.2);
  for (const double size : {0.02, 0.05, 0.1, 0.2, 0.5, 1.0})
  {
    add(Published(), publishedLoop, 1, size);
  }
  return table;
}

AblationTable
Zeta()
{
  AblationTable table{"zeta",
                      "Weight zeta of the data",
                      "gamma = zeta ||g_rev|| / ||g_lik||; 0: gamma = 1, the likelihood as it is.",
                      "zeta",
                      {}};
  for (const bool isSlow : {false, true})
  {
    const std::string curve = isSlow ? "published loop, s1 0.05, T_in 60" : publishedLoop;
    for (const double zeta : {0.0, 0.1, 0.2, 0.3, 0.5, 1.0, 3.0, 10.0})
    {
      EstimatorOptions options = Published();
      options.Of<RmpSettings>().zeta = zeta;
      options.Of<RmpSettings>().naturalSteps = isSlow ? 60 : 20;
      options.Of<RmpSettings>().naturalStepSize = isSlow ? 0.05 : 0.2;
      table.settings.push_back({curve + ", zeta " + Number(zeta), options, zeta, curve});
    }
  }
  return table;
}

AblationTable
Schedules()
{
  AblationTable table{
      "schedule",
      "VE against VP",
      "edm and geometric are levels of the variance-exploding, ddpm and vp of the variance-preserving diffusion, all "
      "from 50 to 0.02.",
      "",
      {}};
  struct Form
  {
    std::string label;
    EstimatorOptions options;
  };
  std::vector<Form> forms{{"closed, exact D_y, T 30", Closed()},
                          {"closed, exact D_y, T 400", Closed()},
                          {"closed, dps, T 30", AblationChain("closed", "dps")},
                          {"published loop, T 30, T_in 20", Published()},
                          {"published loop, T 400, T_in 1, s1 1", Published()}};
  forms[1].options.steps = 400;
  forms[4].options.steps = 400;
  forms[4].options.Of<RmpSettings>().naturalSteps = 1;
  forms[4].options.Of<RmpSettings>().naturalStepSize = 1.0;
  for (const Form & form : forms)
  {
    for (const std::string schedule : {"edm", "geometric", "ddpm", "vp"})
    {
      EstimatorOptions options = form.options;
      options.schedule = schedule;
      table.settings.push_back({form.label + ", " + schedule, options, 0.0, ""});
    }
  }
  return table;
}

AblationTable
Guidances()
{
  AblationTable table{
      "guidance",
      "Guidance and propagation",
      "exact: E[x0 | x, y] by quadrature; what error is left is that of propagating a mean. pigdm takes "
      "the covariance of the prior, or r^2 (scalar); the product needs a linear model and Gaussian "
      "noise.",
      "",
      {}};
  const auto add = [&table](const std::string & label, const EstimatorOptions & options) {
    table.settings.push_back({label, options, 0.0, ""});
  };
  EstimatorOptions scalar = AblationChain("closed", "pigdm");
  scalar.covariance = "scalar";
  add("closed, exact", Closed());
  add("closed, pigdm product", AblationChain("closed", "pigdm"));
  add("closed, pigdm scalar", scalar);
  add("closed, proximal", AblationChain("closed", "proximal"));
  add("closed, dps", AblationChain("closed", "dps"));
  add("decoupled, 8 draws, exact", AblationChain("decoupled", "exact"));
  EstimatorOptions many = AblationChain("decoupled", "exact");
  many.Of<RmpSettings>().draws = 64;
  add("decoupled, 64 draws, exact", many);
  add("decoupled, 8 draws, proximal", AblationChain("decoupled", "proximal"));
  add("loop, exact", Exact());
  EstimatorOptions plain = Published();
  plain.Of<RmpSettings>().zeta = 0.0;
  add("loop, dps without gamma", plain);
  add("loop, dps with gamma, zeta 1", Published());
  return table;
}

AblationTable
Precisions()
{
  AblationTable table{
      "precision",
      "Rule for the precision",
      "Lambda from the prior's variance v, from v = 0.3, the two published limits, or learned along the "
      "loop. Without samples (L 0) any rule ends at the same place.",
      "",
      {}};
  struct Rule
  {
    std::string label, precision;
    double variance;
  };
  const std::vector<Rule> rules{{"v of the prior", "variance", 0.0},
                                {"v 0.3", "variance", 0.3},
                                {"limit of high noise", "high-noise", 0.0},
                                {"limit of low noise", "low-noise", 0.0},
                                {"learned", "learned", 0.0}};
  const auto add =
      [&](const Rule & rule, const EstimatorOptions & base, const std::string & label, std::int64_t samples)
  {
    EstimatorOptions options = base;
    options.variance = rule.variance;
    options.Of<RmpSettings>().precision = rule.precision;
    options.Of<RmpSettings>().naturalSamples = samples;
    table.settings.push_back({label + ", " + rule.label, options, 0.0, ""});
  };
  for (const Rule & rule : rules)
  {
    add(rule, Exact(), "loop, exact D_y, L 0", 0);
  }
  for (const Rule & rule : rules)
  {
    add(rule, Exact(), "loop, exact D_y, L 1", 1);
  }
  for (const Rule & rule : rules)
  {
    add(rule, Published(), "published loop", 1);
  }
  return table;
}

AblationTable
Starts()
{
  AblationTable table{
      "start",
      "Start and highest noise level",
      "Closed form with exact D_y, 30 levels. The chain forgets its start by the factor C / (s_T^2 + C).",
      "s_T",
      {}};
  for (const std::string start : {"mean", "noise", "data"})
  {
    const std::string label = start == "mean" ? "the prior's mean" : start == "noise" ? "noise" : "the data A^+ y";
    for (const double level : {0.3, 1.0, 3.0, 10.0, 50.0})
    {
      EstimatorOptions options = Closed();
      options.start = start;
      options.sigmaMaximum = level;
      table.settings.push_back({"from " + label + ", s_T " + Number(level), options, level, "from " + label});
    }
  }
  return table;
}
} // namespace

EstimatorOptions
AblationChain(const std::string & propagation, const std::string & guidance)
{
  EstimatorOptions options;
  options.method = "rmp";
  options.guidance = guidance;
  options.steps = 30;
  options.schedule = "geometric";
  options.sigmaMaximum = 50.0;
  options.sigmaMinimum = 0.02;
  options.start = "mean";
  options.Of<RmpSettings>().propagation = propagation;
  return options;
}

std::vector<AblationTable>
AblationTables()
{
  return {Steps(), StepSize(), Zeta(), Schedules(), Guidances(), Precisions(), Starts()};
}
} // namespace tweedie
