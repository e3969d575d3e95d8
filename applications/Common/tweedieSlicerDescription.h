// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSlicerDescription_h
#define tweedieSlicerDescription_h

#include "tweedieCommandLine.h"
#include "tweedieSlicerCall.h"

#include <string>
#include <vector>

namespace tweedie
{
/** What a command is: that of which its help is made. */
struct CommandDescription
{
  std::string command; ///< "simulate mri"
  std::string purpose;
  const std::vector<Positional> & positionals;
  const std::vector<Option> & options;
  const std::vector<ResultFigure> & results;
};

/** A command as a module of 3D Slicer: the XML of its execution model, of which Slicer makes a form.
 *
 * Slicer passes the value of every number, choice and ticked box, and of texts those that are not empty. So a number
 * that may be absent is a list of none or one, and a switch that is on has a box for its --no-. */
std::string SlicerDescription(const CommandDescription & description);

/** "simulate mri" -> "Simulate MRI" */
std::string SlicerTitle(const std::string & command);

/** "simulate mri" -> "TweedieSimulateMRI": the name of a module is also one of Python. */
std::string SlicerModuleName(const std::string & command);
} // namespace tweedie

#endif
