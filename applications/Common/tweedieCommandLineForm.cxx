// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieCommandLine.h"
#include "tweedieError.h"
#include "tweedieOptionsSchema.h"
#include "tweedieSlicerDescription.h"

#include <nlohmann/json.hpp>

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

std::string
CommandLine::Schema() const
{
  using Json = nlohmann::ordered_json;
  Json arguments = Json::array(), required = Json::array();
  for (const Positional & positional : m_Positionals)
  {
    arguments.push_back({{"name", positional.name}, {"help", positional.help}, {"minimum", positional.minimum}});
  }
  const auto visit = [this](OptionVisitor & visitor)
  {
    for (const Option & option : m_Table.Options())
    {
      std::visit([&](auto * value) { visitor.Visit(option.field, *value); }, option.target);
    }
  };
  for (const Option & option : m_Table.Options())
  {
    if (option.isRequired)
    {
      required.push_back(option.field.name);
    }
  }
  const Json schema{{"command", m_Name.substr(m_Name.find(' ') + 1)},
                    {"purpose", m_Purpose},
                    {"arguments", std::move(arguments)},
                    {"options", Json::parse(SchemaText(visit))},
                    {"required", std::move(required)}};
  return schema.dump(2) + "\n";
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
