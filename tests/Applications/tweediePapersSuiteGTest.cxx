// SPDX-License-Identifier: Apache-2.0
#include "tweedieAccessibility.h"
#include "tweedieEstimator.h"
#include "tweedieMRIClassical.h"
#include "tweedieProgramTest.h"
#include "tweedieRestorationClassical.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <iostream>
#include <map>
#include <random>

namespace tweedie
{
namespace
{
using nlohmann::json;
using test::Process;
using test::ProcessResult;
using test::ReadFile;
using test::Tweedie;

class PapersSuite : public test::ProgramTest
{
protected:
  static std::vector<std::string>
  Papers(const std::string & folder, const std::vector<std::string> & more)
  {
    std::vector<std::string> words{"compare",
                                   "--suite",
                                   "papers",
                                   "--image",
                                   File("head.nii.gz"),
                                   "--prior",
                                   Model("machinery.safetensors", 2),
                                   "--threads",
                                   "1",
                                   "--output",
                                   File(folder)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  static json
  Rows(const std::string & folder)
  {
    return json::parse(ReadFile(File(folder + "/table.json")));
  }

  /** Without what no two runs have in common. */
  static json
  TimelessRows(const std::string & folder)
  {
    json rows = Rows(folder);
    for (json & row : rows)
    {
      for (const char * key :
           {"seconds", "seconds-per-bare-call", "overhead", "network-seconds", "operator-seconds", "bare-call-seconds"})
      {
        EXPECT_EQ(row.erase(key), 1U) << key;
      }
    }
    return rows;
  }
};

/** Either a reason why not, or numbers that can be. */
void
ExpectResultOrReason(const json & row, std::int64_t calls)
{
  SCOPED_TRACE(row.dump());
  const bool isRefused = !row["refusal"].get<std::string>().empty();
  EXPECT_EQ(row["psnr"].is_null(), isRefused);
  EXPECT_EQ(row["seconds"].is_null(), isRefused);
  if (isRefused)
  {
    return;
  }
  const bool appliesModel = row["method"] != "grappa"; // which works on k-space alone
  EXPECT_EQ(row["operator-evaluations"].get<double>() > 0.0, appliesModel);
  EXPECT_LE(row["network-evaluations"].get<double>(), static_cast<double>(calls));
  if (row["network-evaluations"] == 0.0)
  {
    EXPECT_TRUE(row["overhead"].is_null());
    return;
  }
  EXPECT_GT(row["seconds-per-bare-call"].get<double>(), 0.0);
  EXPECT_GT(row["overhead"].get<double>(), 0.0);
  EXPECT_LT(row["overhead"].get<double>(), 100.0);
}

void
ExpectPage(const std::string & html, std::size_t pictures)
{
  EXPECT_EQ(html.rfind("<!DOCTYPE html>", 0), 0U);
  EXPECT_NE(html.find("</main></body>\n</html>"), std::string::npos);
  EXPECT_NE(html.find("<span class=\"best\">best</span> and <span class=\"second\">second best</span>"),
            std::string::npos);
  std::size_t found = 0;
  for (auto at = html.find("<img class=\"figure\""); at != std::string::npos; at = html.find("<img class=", at + 1))
  {
    ++found;
  }
  EXPECT_EQ(found, pictures);
  EXPECT_EQ(html.find(">nan<"), std::string::npos);
}

TEST_F(PapersSuite, EveryMethodHasARowForEveryTask)
{
  const std::vector<std::string> tasks{"sr", "inpaint-random", "mri-coils8-equispaced-fraction-4"};
  std::vector<std::string> more{"--size", "64,64", "--slices", "1:3", "--calls", "8"};
  for (const std::string & task : tasks)
  {
    more.insert(more.end(), {"--only", task});
  }
  const auto result = Tweedie(Papers("reduced", more));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  std::map<std::string, std::set<std::string>> methods;
  std::set<std::string> refused;
  for (const json & row : Rows("reduced"))
  {
    ExpectResultOrReason(row, 8);
    methods[row["task"]].insert(row["method"].get<std::string>());
    if (!row["refusal"].get<std::string>().empty())
    {
      refused.insert(row["method"].get<std::string>());
    }
  }
  for (const std::string & task : tasks)
  {
    const bool isMRI = task.rfind("mri", 0) == 0;
    const std::size_t classical = isMRI ? ClassicalMethods().size() : RestorationClassicalTable().size();
    EXPECT_EQ(methods[task].size(), classical + EstimatorTable().size()) << task;
    for (const EstimatorRow & row : EstimatorTable())
    {
      EXPECT_EQ(methods[task].count(row.name + std::string("-8")), 1U) << task << ' ' << row.name;
    }
  }
  // Only what needs a closed form or a convolution; the network has a derivative, and all three a decomposition.
  EXPECT_EQ(refused, (std::set<std::string>{"reference-8", "wiener"}));
  ExpectPage(ReadFile(File("reduced/report.html")), tasks.size());
  test::ExpectAccessible(ReadFile(File("reduced/report.html")), "papers");
  EXPECT_NE(ReadFile(File("reduced/sr/report.html")).find("diffpir"), std::string::npos);
  EXPECT_NE(result.output.find("**best** and _second best_ of each column"), std::string::npos);
  EXPECT_EQ(ReadFile(File("reduced/table.csv")).find('*'), std::string::npos); // unmarked
}

TEST_F(PapersSuite, SaysWhyAMethodIsMissing)
{
  const std::vector<std::string> more{"--size", "24,24", "--slices", "2:2", "--only", "hdr", "--calls", "4,6"};
  const auto result = Tweedie(Papers("hdr", more));
  ASSERT_EQ(result.exitCode, 0) << result.error;
  std::map<std::string, json> rows;
  for (const json & row : Rows("hdr"))
  {
    rows[row["method"]] = row;
    ExpectResultOrReason(row, 6);
  }
  EXPECT_EQ(rows.at("ddrm-4")["refusal"], "needs a linear operator and Gaussian noise");
  EXPECT_NE(rows.at("tv")["refusal"].get<std::string>().find("given the non-linear model"), std::string::npos);
  EXPECT_EQ(rows.at("dps-4")["network-evaluations"], 4.0); // 2 samples of 2 steps
  EXPECT_EQ(rows.at("dps-6")["network-evaluations"], 6.0); // and of 3
  // Everything is there already: nothing runs again, not even those that refuse.
  const std::string table = ReadFile(File("hdr/table.csv"));
  const auto again = Tweedie(Papers("hdr", more));
  ASSERT_EQ(again.exitCode, 0) << again.error;
  EXPECT_EQ(ReadFile(File("hdr/table.csv")), table);
}

TEST_F(PapersSuite, KilledAtAnyMomentItGoesOnToTheSameTable)
{
  std::vector<std::string> more{"--size", "32,32", "--slices", "1:2", "--calls", "48"};
  for (const char * name : {"sr", "denoise", "tv", "rmp", "diffpir"})
  {
    more.insert(more.end(), {"--only", name});
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto whole = Tweedie(Papers("whole", more));
  ASSERT_EQ(whole.exitCode, 0) << whole.error;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const unsigned seed = std::random_device()();
  std::mt19937 generator(seed);
  std::cout << "uninterrupted " << seconds << " s; seed " << seed << ", killed after";
  std::vector<std::string> words = Papers("killed", more);
  words.insert(words.begin(), TWEEDIE_PROGRAM);
  int killed = 0;
  for (int round = 0; round < 4; ++round)
  {
    const double moment = std::uniform_real_distribution<double>(0.1, 0.7)(generator) * seconds;
    const ProcessResult result = Process(words, SIGKILL, moment).Run();
    killed += result.exitCode == 128 + SIGKILL ? 1 : 0;
    std::cout << ' ' << moment << " s" << (result.exitCode == 0 ? " (done)" : "");
    ASSERT_TRUE(result.exitCode == 0 || result.exitCode == 128 + SIGKILL) << result.error;
  }
  std::cout << '\n';
  EXPECT_GT(killed, 0); // the first one dies before 70 % of the time it needs
  const auto last = Tweedie(Papers("killed", more));
  ASSERT_EQ(last.exitCode, 0) << last.error;
  EXPECT_EQ(TimelessRows("killed"), TimelessRows("whole"));
}

TEST_F(PapersSuite, RefusesWhatItDoesNotKnow)
{
  ExpectWrongUse(Papers("x", {"--only", "sharpening"}), "required a method or one of the tasks sr");
  ExpectWrongUse(Papers("x", {"--calls", "1"}), "--calls");
}
} // namespace
} // namespace tweedie
