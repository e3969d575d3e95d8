// SPDX-License-Identifier: Apache-2.0
#include "tweedieAccessibility.h"
#include "tweedieReportMarkup.h"
#include "tweedieReportPages.h"
#include "tweedieReportTheme.h"

#include <cmath>

namespace tweedie
{
namespace
{
/** Relative luminance of WCAG 2.2. */
double
Luminance(Color color)
{
  const auto linear = [](std::uint8_t byte)
  {
    const double value = byte / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}

double
Contrast(Color a, Color b)
{
  const double one = Luminance(a) + 0.05, other = Luminance(b) + 0.05;
  return std::max(one, other) / std::min(one, other);
}

Color
Named(const std::string & name, bool isDark)
{
  for (const ThemeColor & color : ReportTheme())
  {
    if (color.name == name)
    {
      return isDark ? color.dark : color.light;
    }
  }
  ADD_FAILURE() << name;
  return {};
}

void
ExpectContrast(const std::string & front, const std::string & back, double least)
{
  for (const bool isDark : {false, true})
  {
    EXPECT_GE(Contrast(Named(front, isDark), Named(back, isDark)), least)
        << front << " on " << back << (isDark ? ", dark" : ", light");
  }
}

/** The faults of a page made by replacing one text by another. */
std::vector<std::string>
FaultsAfter(const std::string & what, const std::string & by)
{
  static const std::string page = test::ReportPages().at("validation");
  const std::size_t at = page.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return test::PageJudge(std::string(page).replace(at, what.size(), by)).Faults();
}

TEST(ReportAccessibility, EveryPageHasItsStructure)
{
  for (const auto & [name, html] : test::ReportPages())
  {
    test::ExpectAccessible(html, name);
  }
}

TEST(ReportAccessibility, TheJudgeFindsEachFault)
{
  const std::pair<const char *, const char *> faults[] = {{" lang=\"en\"", ""},
                                                          {"<h2 id=\"section-1\">Verdicts</h2>", "<h4>Verdicts</h4>"},
                                                          {"alt=\"posterior mean, slice 1\" ", ""},
                                                          {" scope=\"col\"", ""},
                                                          {" scope=\"row\"", ""},
                                                          {"<caption>", "<thead>"},
                                                          {"aria-label=\"Ranks of held-out data\"", ""},
                                                          {"<footer>", "<script></script><footer>"},
                                                          {"data:image/png;base64,", "http://example.org/"},
                                                          {"href=\"#section-2\"", "href=\"#section-99\""},
                                                          {"href=\"#section-2\"", "href=\"https://example.org\""},
                                                          {"id=\"section-2\"", "id=\"section-1\""},
                                                          {"</dl>", ""},
                                                          {"<em>", "<em onclick=\"x()\">"},
                                                          {"body{", "body{background:url(x)"},
                                                          {" tabindex=\"0\"", " tabindex=\"1\""}};
  for (const auto & [what, by] : faults)
  {
    EXPECT_FALSE(FaultsAfter(what, by).empty()) << what;
  }
  EXPECT_TRUE(FaultsAfter("Verdicts", "Lights").empty());
}

TEST(ReportAccessibility, ContrastIsThatOfWcag)
{
  EXPECT_NEAR(Contrast({0, 0, 0}, {255, 255, 255}), 21.0, 1e-9);
  EXPECT_NEAR(Contrast({118, 118, 118}, {255, 255, 255}), 4.54, 0.005); // the lightest grey that is allowed for text
}

TEST(ReportAccessibility, ColoursCanBeReadInBothThemes)
{
  constexpr double text = 4.5, graphics = 3.0; // WCAG 2.2: 1.4.3 and 1.4.11
  for (const char * front : {"ink", "soft", "accent", "passed", "warned", "failed", "untested"})
  {
    ExpectContrast(front, "paper", text);
  }
  for (const char * back : {"panel", "warn"})
  {
    ExpectContrast("ink", back, text);
  }
  ExpectContrast("bestink", "best", text);
  ExpectContrast("faint", "paper", graphics);
  for (char series = '0'; series < '8'; ++series)
  {
    ExpectContrast(std::string("s") + series, "paper", graphics);
  }
}

TEST(ReportAccessibility, EveryColourOfTheStyleIsInTheTable)
{
  const std::string style = ReportStyle();
  std::set<std::string> names{"n"}; // the number of columns
  for (const ThemeColor & color : ReportTheme())
  {
    names.insert(color.name);
  }
  for (std::size_t at = style.find("var(--"); at != std::string::npos; at = style.find("var(--", at + 1))
  {
    const std::string name = style.substr(at + 6, style.find(')', at) - at - 6);
    EXPECT_EQ(names.count(name), 1u) << name;
  }
}
} // namespace
} // namespace tweedie
