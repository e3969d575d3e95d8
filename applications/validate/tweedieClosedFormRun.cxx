// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormRun.h"

#include "tweedieClosedFormLearning.h"
#include "tweedieError.h"
#include "tweedieThreadScope.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>

namespace tweedie
{
namespace
{
bool
Selects(const std::string & word, const std::string & setting, const std::string & method)
{
  return word == setting || word == method || word == method + "/" + setting;
}

/** One callback for several workers: tasks done of all, and whether to stop. */
class SharedProgress
{
public:
  SharedProgress(const ProgressCallback & progress, std::size_t tasks)
      : m_Progress(progress), m_Tasks(static_cast<std::int64_t>(tasks))
  {
  }
  ProgressCallback
  Of(const std::string & task)
  {
    return [this, task](const ProgressReport & report)
    {
      const std::lock_guard<std::mutex> lock(m_Mutex);
      m_Stops = m_Stops || (m_Progress && !m_Progress({task, m_Done, m_Tasks, 0.0, report.elapsedSeconds, ""}));
      return !m_Stops;
    };
  }
  void
  Finish()
  {
    const std::lock_guard<std::mutex> lock(m_Mutex);
    ++m_Done;
  }

private:
  const ProgressCallback & m_Progress;
  std::int64_t m_Tasks;
  std::int64_t m_Done = 0;
  bool m_Stops = false;
  std::mutex m_Mutex;
};

/** The same data under a prior of which nothing else is known. */
ClosedFormProblems
WithPrior(ClosedFormProblems problems, const DenoiserPointer & prior)
{
  const auto learn = [&prior](ClosedFormProblem & one)
  {
    one.problem.prior = prior;
    one.problem.conditioned = nullptr;
  };
  learn(problems.first);
  std::for_each(problems.cases.begin(), problems.cases.end(), learn);
  return problems;
}

/** work(0) ... work(count - 1) by workers of one thread each; the first fault ends all and is thrown. */
void
InParallel(std::size_t count, int workers, const std::function<void(std::size_t)> & work)
{
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr fault;
  const auto run = [&]
  {
    const ThreadScope one(1);
    for (std::size_t i = next++; i < count; i = next++)
    {
      try
      {
        work(i);
      }
      catch (...)
      {
        const std::lock_guard<std::mutex> lock(mutex);
        fault = fault ? fault : std::current_exception();
        next = count;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < workers; ++i)
  {
    threads.emplace_back(run);
  }
  for (std::thread & thread : threads)
  {
    thread.join();
  }
  if (fault)
  {
    std::rethrow_exception(fault);
  }
}
/** The three runs of all settings that were asked for. */
class ClosedFormWork
{
public:
  ClosedFormWork(const ClosedFormSelection & selection,
                 const ClosedFormCounts & counts,
                 const ProgressCallback & progress)
      : m_Outcome{selection, counts, std::vector<ClosedFormGround>(selection.settings.size()), {}, {}},
        m_Problems(selection.settings.size())
  {
    for (const auto & run : selection.runs)
    {
      if (std::find(m_Needed.begin(), m_Needed.end(), run.first) == m_Needed.end())
      {
        m_Needed.push_back(run.first);
        m_Networks[selection.settings[run.first].prior.name] = {};
      }
    }
    const std::size_t learning = counts.trainingSteps > 0 ? m_Needed.size() + m_Networks.size() : 0;
    m_Progress = std::make_unique<SharedProgress>(progress, m_Needed.size() + selection.runs.size() + learning);
  }

  /** Exact draws and moments. */
  void
  Prepare()
  {
    InParallel(m_Needed.size(),
               m_Workers,
               [this](std::size_t i)
               {
                 const std::size_t s = m_Needed[i];
                 const ClosedFormSetting & setting = m_Outcome.selection.settings[s];
                 m_Problems[s] = setting.make(m_Outcome.counts, m_Progress->Of("exact " + setting.name));
                 const ClosedFormProblem & first = m_Problems[s].first;
                 m_Outcome.grounds[s] = {FloorOf(m_Problems[s], m_Outcome.counts), first.shrinkage, first.meanError};
                 m_Progress->Finish();
               });
  }

  /** Runs 1 and 2: every method with the exact prior. */
  void
  Score()
  {
    const auto & runs = m_Outcome.selection.runs;
    std::vector<ClosedFormScore> scores(runs.size());
    InParallel(runs.size(),
               m_Workers,
               [&](std::size_t i)
               {
                 scores[i] = ScoreOf(m_Problems[runs[i].first], runs[i].first, runs[i].second, "");
                 m_Progress->Finish();
               });
    for (std::size_t i = 0; i < scores.size(); ++i)
    {
      m_Outcome.scores.emplace(runs[i], scores[i]);
    }
  }

  /** Run 3: the nearest method of each setting with a network in the place of the prior. */
  void
  Learn()
  {
    Train();
    std::vector<std::optional<ClosedFormLearned>> learned(m_Needed.size());
    InParallel(m_Needed.size(),
               m_Workers,
               [&](std::size_t i)
               {
                 const std::size_t s = m_Needed[i];
                 if (const auto method = NearestMethod(m_Outcome, s))
                 {
                   const LearnedPrior & network = m_Networks.at(m_Outcome.selection.settings[s].prior.name);
                   learned[i] = {*method,
                                 network.excess,
                                 ScoreOf(WithPrior(m_Problems[s], network.exact), s, *method, ", bare prior"),
                                 ScoreOf(WithPrior(m_Problems[s], network.network), s, *method, ", learned prior")};
                 }
                 m_Progress->Finish();
               });
    for (std::size_t i = 0; i < learned.size(); ++i)
    {
      if (learned[i])
      {
        m_Outcome.learned.emplace(m_Needed[i], *learned[i]);
      }
    }
  }

  const ClosedFormOutcome &
  Outcome() const
  {
    return m_Outcome;
  }

private:
  ClosedFormScore
  ScoreOf(const ClosedFormProblems & problems, std::size_t setting, std::size_t method, const std::string & addition)
  {
    const ClosedFormMethod & one = m_Outcome.selection.methods[method];
    const std::string task = one.name + "/" + m_Outcome.selection.settings[setting].name + addition;
    return ScoreClosedForm(problems, one, m_Outcome.counts, m_Progress->Of(task));
  }

  void
  Train()
  {
    std::vector<const ClosedFormPrior *> priors;
    for (const auto & entry : m_Networks)
    {
      const auto & settings = m_Outcome.selection.settings;
      priors.push_back(&std::find_if(settings.begin(),
                                     settings.end(),
                                     [&](const ClosedFormSetting & one) { return one.prior.name == entry.first; })
                            ->prior);
    }
    InParallel(priors.size(),
               m_Workers,
               [&](std::size_t i)
               {
                 const ClosedFormPrior & prior = *priors[i];
                 m_Networks.at(prior.name) =
                     LearnClosedForm(prior, m_Outcome.counts.trainingSteps, m_Progress->Of("train " + prior.name));
                 m_Progress->Finish();
               });
  }

  ClosedFormOutcome m_Outcome;
  std::vector<std::size_t> m_Needed; ///< settings
  std::vector<ClosedFormProblems> m_Problems;
  std::map<std::string, LearnedPrior> m_Networks; ///< by the prior's name
  std::unique_ptr<SharedProgress> m_Progress;
  int m_Workers = at::get_num_threads();
};
} // namespace

ClosedFormSelection
SelectClosedForm(const std::vector<std::string> & only)
{
  const std::vector<ClosedFormSetting> settings = ClosedFormSettings();
  const std::vector<ClosedFormMethod> methods = ClosedFormMethods();
  std::vector<bool> used(only.size(), false);
  const auto wants = [&](const ClosedFormSetting & setting, const ClosedFormMethod & method)
  {
    bool found = only.empty();
    for (std::size_t i = 0; i < only.size(); ++i)
    {
      const bool selects = Selects(only[i], setting.name, method.name);
      used[i] = used[i] || selects;
      found = found || selects;
    }
    return found;
  };
  ClosedFormSelection selection{settings, methods, {}};
  for (std::size_t s = 0; s < settings.size(); ++s)
  {
    for (std::size_t m = 0; m < methods.size(); ++m)
    {
      if (wants(settings[s], methods[m]))
      {
        selection.runs.emplace_back(s, m);
      }
    }
  }
  const auto unused = std::find(used.begin(), used.end(), false);
  if (unused != used.end())
  {
    throw UsageError("--only: given " + only[static_cast<std::size_t>(unused - used.begin())] +
                     "; required METHOD, PROBLEM or METHOD/PROBLEM, e.g. daps, phase-gaussian or "
                     "dps/tomography-laplace");
  }
  return selection;
}

std::optional<std::size_t>
NearestMethod(const ClosedFormOutcome & outcome, std::size_t setting)
{
  std::optional<std::size_t> nearest;
  double least = std::numeric_limits<double>::infinity();
  for (const auto & [run, score] : outcome.scores)
  {
    const bool approximates = outcome.selection.methods[run.second].options.method != "reference";
    if (run.first == setting && approximates && score.refusal.empty() && score.figures.sliced < least)
    {
      least = score.figures.sliced;
      nearest = run.second;
    }
  }
  return nearest;
}

ClosedFormOutcome
RunClosedForm(const ClosedFormSelection & selection, const ClosedFormCounts & counts, const ProgressCallback & progress)
{
  ClosedFormWork work(selection, counts, progress);
  work.Prepare();
  work.Score();
  if (counts.trainingSteps > 0)
  {
    work.Learn();
  }
  return work.Outcome();
}
} // namespace tweedie
