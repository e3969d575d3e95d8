// SPDX-License-Identifier: Apache-2.0
#include "tweedieProcess.h"
#include "tweedieReportPages.h"
#include "tweedieTemporaryFolder.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <unistd.h>

namespace tweedie
{
namespace
{
using Json = nlohmann::json;

constexpr const char * browser = "/usr/bin/chromium";

/** A frame of each width for each page, and a script of our own that says how the pages lie in them: what is wider than
 * the frame, what of a plot is outside it, and the background. */
std::string
HarnessHtml(const std::vector<std::string> & names, const std::vector<int> & widths)
{
  std::string frames;
  for (const std::string & name : names)
  {
    for (const int width : widths)
    {
      frames += "<iframe data-name=\"" + name + "\" src=\"" + name +
                ".html\" style=\"border:0;height:900px;width:" + std::to_string(width) + "px\"></iframe>\n";
    }
  }
  return "<!DOCTYPE html><title>harness</title>" + frames + R"(<pre id="found"></pre><script>
onload = () => {
  const found = [...document.querySelectorAll('iframe')].map(frame => {
    const page = frame.contentDocument, root = page.documentElement, width = root.clientWidth;
    const box = e => e.getBoundingClientRect();
    const wide = [...page.querySelectorAll('*')].filter(e => box(e).right > width + 1 && !e.closest('.scroll'));
    const cut = [...page.querySelectorAll('svg text')].filter(e => {
      const a = box(e), b = box(e.ownerSVGElement);
      return a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 || a.bottom > b.bottom + 1;
    });
    return {name: frame.dataset.name + ' ' + frame.style.width, scroll: root.scrollWidth, width: width,
            wide: wide.map(e => e.tagName), cut: cut.map(e => e.textContent), elements: page.querySelectorAll('*').length,
            paper: frame.contentWindow.getComputedStyle(page.body).backgroundColor};
  });
  document.getElementById('found').textContent = JSON.stringify(found);
};
</script>)";
}

class ReportBrowserTest : public test::TemporaryFolderTest
{
protected:
  void
  SetUp() override
  {
    if (!std::filesystem::exists(browser))
    {
      GTEST_SKIP() << "chromium of the package chromium is not installed";
    }
  }
  /** Runs the browser on a file of the folder; no name is resolved, so that nothing leaves the machine. */
  std::string
  Browse(const std::string & file, std::vector<std::string> options)
  {
    std::vector<std::string> command{browser,
                                     "--headless",
                                     "--disable-gpu",
                                     "--disable-dev-shm-usage",
                                     "--no-first-run",
                                     "--disable-background-networking",
                                     "--hide-scrollbars",
                                     "--allow-file-access-from-files",
                                     "--host-resolver-rules=MAP * ~NOTFOUND",
                                     "--user-data-dir=" + m_Folder.File("profile")};
    if (geteuid() == 0)
    {
      command.emplace_back("--no-sandbox"); // which it does not have for root
    }
    command.insert(command.end(), options.begin(), options.end());
    command.push_back("file://" + m_Folder.File(file));
    constexpr double patience = 90.0; // seconds; it takes two
    const auto result = test::Process(command, SIGKILL, patience).Run();
    EXPECT_EQ(result.exitCode, 0) << result.error;
    return result.output;
  }
  std::vector<std::string>
  WritePages()
  {
    std::vector<std::string> names;
    for (const auto & [name, html] : test::ReportPages())
    {
      test::WriteFile(m_Folder.File(name + ".html"), html);
      names.push_back(name);
    }
    return names;
  }
  /** What the harness found in every page at every width. */
  Json
  Look(const std::vector<int> & widths, std::vector<std::string> options)
  {
    test::WriteFile(m_Folder.File("harness.html"), HarnessHtml(WritePages(), widths));
    options.emplace_back("--dump-dom");
    const std::string dom = Browse("harness.html", options);
    const std::string begin = "<pre id=\"found\">";
    const std::size_t at = dom.find(begin) + begin.size();
    return Json::parse(dom.substr(at, dom.find("</pre>", at) - at), nullptr, false);
  }
  /** Addresses that pages asked for, from the browser's log; what it asks for by itself has no origin. */
  std::vector<std::string>
  Requests(const std::string & file)
  {
    const std::string log = m_Folder.File("net.json");
    Browse(file, {"--log-net-log=" + log, "--dump-dom"});
    const Json json = Json::parse(test::ReadFile(log), nullptr, false);
    EXPECT_FALSE(json.is_discarded());
    std::vector<std::string> addresses;
    for (const Json & event : json.value("events", Json::array()))
    {
      const Json parameters = event.value("params", Json::object());
      const bool isOfPage = parameters.value("initiator", "not an origin") != "not an origin";
      if (isOfPage && parameters.contains("url"))
      {
        addresses.push_back(parameters["url"]);
      }
    }
    return addresses;
  }
};

TEST_F(ReportBrowserTest, PagesFitATelephoneAndADesk)
{
  const Json found = Look({390, 1280}, {});
  ASSERT_EQ(found.size(), 10u); // five pages
  for (const Json & page : found)
  {
    const std::string name = page["name"];
    EXPECT_LE(page["scroll"].get<int>(), page["width"].get<int>()) << name;
    EXPECT_EQ(page["wide"].dump(), "[]") << name;
    EXPECT_EQ(page["cut"].dump(), "[]") << name;
    EXPECT_GT(page["elements"].get<int>(), 30) << name; // it was loaded
    EXPECT_EQ(page["paper"], "rgb(255, 255, 255)") << name;
  }
}

TEST_F(ReportBrowserTest, TheDarkThemeIsDark)
{
  const Json found = Look({390}, {"--force-dark-mode"});
  ASSERT_EQ(found.size(), 5u);
  for (const Json & page : found)
  {
    EXPECT_EQ(page["paper"], "rgb(20, 23, 26)") << page["name"];
  }
}

TEST_F(ReportBrowserTest, NoRequestLeavesAPage)
{
  test::WriteFile(m_Folder.File("harness.html"), HarnessHtml(WritePages(), {390}));
  EXPECT_EQ(Requests("harness.html"), std::vector<std::string>());
  // The log would have told: without the page's policy, a picture from elsewhere is asked for.
  std::string html = test::ReadFile(m_Folder.File("bare.html"));
  html.replace(html.find("img-src data:"), 13, "img-src *");
  html.replace(html.find("<footer>"), 8, "<img src=\"http://example.invalid/x.png\"><footer>");
  test::WriteFile(m_Folder.File("leak.html"), html);
  const std::vector<std::string> leaked = Requests("leak.html");
  ASSERT_FALSE(leaked.empty());
  EXPECT_EQ(leaked.front(), "http://example.invalid/x.png");
}

TEST_F(ReportBrowserTest, ThePolicyOfAPageStopsWhatWouldLeaveIt)
{
  WritePages();
  std::string html = test::ReadFile(m_Folder.File("bare.html"));
  html.replace(html.find("<footer>"),
               8,
               "<img src=\"http://example.invalid/x.png\"><script>document.title='run'</script><footer>");
  test::WriteFile(m_Folder.File("stopped.html"), html);
  EXPECT_EQ(Requests("stopped.html"), std::vector<std::string>());
  EXPECT_EQ(Browse("stopped.html", {"--dump-dom"}).find("<title>run"), std::string::npos);
}

TEST_F(ReportBrowserTest, PicturesOfThePageHaveBothWidths)
{
  WritePages();
  for (const int width : {1280, 390})
  {
    const std::string path = m_Folder.File("shot.png");
    Browse("validation.html", {"--screenshot=" + path, "--window-size=" + std::to_string(width) + ",2000"});
    const std::string png = test::ReadFile(path);
    ASSERT_GT(png.size(), 50000u) << width; // a page without content has some 10 kB
    const auto byte = [&png](std::size_t i) { return static_cast<int>(static_cast<unsigned char>(png[i])); };
    EXPECT_EQ(byte(18) * 256 + byte(19), width);
  }
}

TEST_F(ReportBrowserTest, PrintsWithItsLights)
{
  WritePages();
  const std::string path = m_Folder.File("print.pdf");
  Browse("validation.html", {"--no-pdf-header-footer", "--print-to-pdf=" + path});
  ASSERT_EQ(test::ReadFile(path).rfind("%PDF-", 0), 0u);
  if (!std::filesystem::exists("/usr/bin/pdftotext"))
  {
    GTEST_SKIP() << "pdftotext of the package poppler-utils is not installed";
  }
  const std::string text = test::Process({"/usr/bin/pdftotext", "-layout", path, "-"}).Run().output;
  for (const char * part :
       {"RESEARCH USE ONLY", "not tested", "84.6 %", "Ranks of held-out data", "Limits in plain words"})
  {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
  EXPECT_LE(std::count(text.begin(), text.end(), '\f'), 8); // nothing is blown up to pages of its own
}
} // namespace
} // namespace tweedie
