// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieCommandLine.h"
#include "tweedieError.h"
#include "tweedieSlicerDescription.h"

#include <algorithm>
#include <stdexcept>

namespace tweedie
{
std::string
CommandLine::Xml() const
{
  const std::string command = m_Name.substr(m_Name.find(' ') + 1);
  return SlicerDescription({command, m_Purpose, m_Positionals, m_Table.Options(), m_Results});
}

void
CommandLine::TakeFormDefaults(std::vector<FlagValue> & flags)
{
  std::vector<FlagValue> changed;
  for (const FlagValue & flag : flags)
  {
    if (MeansDefault(*flag.option, *flag.value))
    {
      flag.option->source = OptionSource::Form;
      continue;
    }
    for (const std::string & piece : FormPieces(*flag.option, *flag.value))
    {
      changed.push_back({flag.option, piece});
    }
  }
  flags = changed;
}

void
CommandLine::CheckSlicerCall()
{
  if (!m_Slicer.isOn)
  {
    return;
  }
  Option * progress = m_Table.Find("progress");
  if (progress != nullptr && progress->source < OptionSource::Configuration)
  {
    *std::get<std::string *>(progress->target) = "slicer";
  }
  const Option * output = m_Table.Find("output");
  const auto * path = output != nullptr ? std::get_if<std::string *>(&output->target) : nullptr;
  if (path != nullptr && **path == "-")
  {
    throw UsageError("--output: given - by 3D Slicer, which reads progress from standard output; required a file");
  }
  if (!m_Slicer.resultsFile.empty())
  {
    RequireWritable(m_Slicer.resultsFile, true);
  }
}

void
CommandLine::OfferResults(std::vector<ResultFigure> figures)
{
  m_Results = std::move(figures);
}

void
CommandLine::Report(const std::string & name, double value) const
{
  const auto found =
      std::find_if(m_Results.begin(), m_Results.end(), [&](const ResultFigure & f) { return f.name == name; });
  if (found == m_Results.end())
  {
    throw std::logic_error("result " + name + " is not offered");
  }
  found->value = value;
}

void
CommandLine::WriteResults() const
{
  if (!m_Slicer.resultsFile.empty())
  {
    WriteSlicerResults(m_Slicer.resultsFile, m_Results);
  }
}
} // namespace tweedie
