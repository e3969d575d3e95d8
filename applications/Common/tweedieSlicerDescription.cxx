// SPDX-License-Identifier: Apache-2.0
#include "tweedieSlicerDescription.h"

#include "tweedieSlicerParameter.h"
#include "tweedieVersion.h"

#include <algorithm>
#include <cstddef>

namespace tweedie
{
namespace
{
std::string
Group(const std::string & label,
      const std::string & help,
      const std::vector<SlicerParameter> & parameters,
      bool isAdvanced)
{
  if (parameters.empty())
  {
    return "";
  }
  std::string text = std::string("<parameters") + (isAdvanced ? " advanced=\"true\"" : "") + ">\n" +
                     SlicerElement("label", label) + SlicerElement("description", help);
  for (const SlicerParameter & parameter : parameters)
  {
    text += parameter.Text();
  }
  return text + "</parameters>\n";
}

/** Paths and what must be given stand together at the top. */
bool
IsAtTop(const Option & option)
{
  return option.isRequired || (option.field.path != PathKind::None && option.heading != "General");
}

std::string
TopGroup(const CommandDescription & description)
{
  std::vector<SlicerParameter> parameters;
  for (const Positional & positional : description.positionals)
  {
    parameters.push_back(ArgumentParameter(positional, parameters.size()));
  }
  for (const Option & option : description.options)
  {
    if (IsAtTop(option))
    {
      parameters.push_back(OptionParameter(option));
    }
  }
  parameters.push_back(CallParameter());
  return Group("Inputs and outputs", "what is read and written, and what must be given", parameters, false);
}

std::string
OptionGroups(const std::vector<Option> & options)
{
  constexpr std::size_t openGroups = 2; // and the method: the others are for those who look for them
  const bool writesVolumes =
      std::any_of(options.begin(),
                  options.end(),
                  [](const Option & option) { return option.field.isWritten && option.field.path == PathKind::Image; });
  std::vector<std::string> headings;
  std::string text;
  for (const Option & first : options)
  {
    if (std::find(headings.begin(), headings.end(), first.heading) != headings.end())
    {
      continue;
    }
    headings.push_back(first.heading);
    std::vector<SlicerParameter> parameters;
    for (const Option & option : options)
    {
      // How progress is shown is Slicer's business.
      if (option.heading == first.heading && !IsAtTop(option) && std::string(option.field.name) != "progress")
      {
        parameters.push_back(OptionParameter(option));
      }
      // Volumes go to nodes of the scene, whose files may be there from the run before. A folder is another matter.
      if (writesVolumes && !parameters.empty() && parameters.back().name == "overwrite")
      {
        parameters.back().defaultText = "true";
      }
    }
    text += Group(first.heading, first.heading, parameters, headings.size() > openGroups && first.heading != "Method");
  }
  return text;
}
} // namespace

std::string
SlicerDescription(const CommandDescription & description)
{
  std::vector<SlicerParameter> results;
  for (const ResultFigure & figure : description.results)
  {
    results.push_back(ResultParameter(figure));
  }
  return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<executable>\n" + SlicerElement("category", "Tweedie") +
         SlicerElement("title", SlicerTitle(description.command)) + SlicerElement("description", description.purpose) +
         SlicerElement("version", Version) + SlicerElement("documentation-url", "") +
         SlicerElement("license", "Apache-2.0") + SlicerElement("contributor", "the developers of Tweedie") +
         TopGroup(description) + OptionGroups(description.options) +
         Group("Results", "figures of the last run", results, false) + "</executable>\n";
}

std::string
SlicerTitle(const std::string & command)
{
  std::string title;
  for (std::size_t begin = 0; begin < command.size();)
  {
    const std::size_t end = std::min(command.find_first_of(" -", begin), command.size());
    std::string word = command.substr(begin, end - begin);
    const bool isAcronym = word == "mri" || word == "ct";
    std::transform(word.begin(),
                   word.begin() + static_cast<std::ptrdiff_t>(isAcronym ? word.size() : 1),
                   word.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    title += (title.empty() ? "" : " ") + word;
    begin = end + 1;
  }
  return title;
}

std::string
SlicerModuleName(const std::string & command)
{
  std::string name = "Tweedie" + SlicerTitle(command);
  name.erase(std::remove(name.begin(), name.end(), ' '), name.end());
  return name;
}
} // namespace tweedie
