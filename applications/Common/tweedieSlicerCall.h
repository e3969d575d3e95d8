// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSlicerCall_h
#define tweedieSlicerCall_h

#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** What the form of 3D Slicer says beside the flags of a command. */
struct SlicerCall
{
  bool isOn = false;       ///< --slicer, which the form always says, or one of the others
  std::string resultsFile; ///< --returnparameterfile: takes the figures of the result
};

/** A number that a run has to say. */
struct ResultFigure
{
  std::string name; ///< as that of a flag
  std::string help;
  std::optional<double> value;
};

/** Takes what is of Slicer out of the words of a command line, and makes the rest what a shell would say: flags have
 * hyphens (Slicer's have underscores) and --arguments A,B are words without a flag. What follows -- stays as it is.
 * Throws UsageError for a flag without its value. */
SlicerCall TakeSlicerWords(std::vector<std::string> & words);

/** The name of a flag as a variable, "center-fraction" -> "centerFraction": what Slicer calls a parameter. */
std::string SlicerParameterName(const std::string & name);

/** Writes "name = value" for the figures that have a finite value, whole or not at all. */
void WriteSlicerResults(const std::string & path, const std::vector<ResultFigure> & figures);
} // namespace tweedie

#endif
