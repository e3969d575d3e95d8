// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSlicerParameter_h
#define tweedieSlicerParameter_h

#include "tweedieCommandLine.h"

#include <cstddef>
#include <string>

namespace tweedie
{
/** One parameter of a module of 3D Slicer. */
struct SlicerParameter
{
  std::string tag;
  std::string attributes;
  std::string name;
  std::string flag;  ///< <longflag>, without its hyphens, or
  std::string index; ///< <index>
  std::string label;
  std::string help;
  std::string defaultText;
  std::string channel;
  std::string more; ///< constraints or elements

  /** Its XML, in the order of elements that the schema asks for. */
  std::string Text() const;
};

/** <name>text</name>, escaped. */
std::string SlicerElement(const std::string & name, const std::string & text);

SlicerParameter OptionParameter(const Option & option);

/** An argument without a flag, the index-th from 0. */
SlicerParameter ArgumentParameter(const Positional & positional, std::size_t index);

/** What says that the form is calling. */
SlicerParameter CallParameter();

/** What Slicer reads back: a parameter without flag and index. */
SlicerParameter ResultParameter(const ResultFigure & figure);
} // namespace tweedie

#endif
