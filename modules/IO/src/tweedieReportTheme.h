// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieReportTheme_h
#define tweedieReportTheme_h

#include "tweediePicture.h"

#include <string>
#include <vector>

namespace tweedie
{
/** A colour of reports, by the name of its CSS variable. */
struct ThemeColor
{
  std::string name;
  Color light;
  Color dark;
};

/** All of them, once: the page, its plots and paper use the same. */
const std::vector<ThemeColor> & ReportTheme();

/** On paper: that of "var(--name)" in the light theme; ink for other texts. */
Color PaperColor(const std::string & variable);

/** "--name:#rrggbb;" for every colour. */
std::string ThemeVariables(bool isDark);
} // namespace tweedie

#endif
