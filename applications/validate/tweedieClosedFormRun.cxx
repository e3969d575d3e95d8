// SPDX-License-Identifier: Apache-2.0
#include "tweedieClosedFormRun.h"

#include "tweedieError.h"
#include "tweedieThreadScope.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
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

ClosedFormOutcome
RunClosedForm(const ClosedFormSelection & selection, const ClosedFormCounts & counts, const ProgressCallback & progress)
{
  const int workers = at::get_num_threads();
  std::vector<std::size_t> needed;
  for (const auto & run : selection.runs)
  {
    if (std::find(needed.begin(), needed.end(), run.first) == needed.end())
    {
      needed.push_back(run.first);
    }
  }
  ClosedFormOutcome outcome{selection, counts, std::vector<ClosedFormGround>(selection.settings.size()), {}};
  std::vector<ClosedFormProblems> problems(selection.settings.size());
  SharedProgress shared(progress, needed.size() + selection.runs.size());
  const auto prepare = [&](std::size_t i)
  {
    const std::size_t s = needed[i];
    const ClosedFormSetting & setting = selection.settings[s];
    problems[s] = setting.make(counts, shared.Of("exact " + setting.name));
    const ClosedFormProblem & first = problems[s].first;
    outcome.grounds[s] = {FloorOf(problems[s], counts), first.shrinkage, first.meanError};
    shared.Finish();
  };
  InParallel(needed.size(), workers, prepare);
  std::vector<ClosedFormScore> scores(selection.runs.size());
  const auto score = [&](std::size_t i)
  {
    const auto [s, m] = selection.runs[i];
    const ClosedFormMethod & method = selection.methods[m];
    const std::string task = method.name + "/" + selection.settings[s].name;
    scores[i] = ScoreClosedForm(problems[s], method, counts, shared.Of(task));
    shared.Finish();
  };
  InParallel(selection.runs.size(), workers, score);
  for (std::size_t i = 0; i < scores.size(); ++i)
  {
    outcome.scores.emplace(selection.runs[i], scores[i]);
  }
  return outcome;
}
} // namespace tweedie
