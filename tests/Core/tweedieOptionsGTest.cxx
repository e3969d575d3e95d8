// SPDX-License-Identifier: Apache-2.0
#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieExpectTensor.h"
#include "tweedieFieldText.h"
#include "tweedieGuard.h"
#include "tweedieOptionsJson.h"
#include "tweedieSummary.h"

#include <nlohmann/json.hpp>

#include <clocale>
#include <limits>
#include <new>

namespace tweedie
{
namespace
{
using Json = nlohmann::json;

struct SampleOptions
{
  bool verbose = false;
  std::int64_t steps = 20;
  double weight = 0.5;
  std::string method = "a";
  std::optional<double> noise;
  std::optional<std::int64_t> limit;
  std::vector<double> spacing{1.0, 2.0};
  std::vector<std::string> names{"a"};

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("verbose", "talk"), verbose);
    v.Visit(Field("steps", "number of steps").Range(1, 100), steps);
    v.Visit(Field("weight", "weight").Above(0.0), weight);
    v.Visit(Field("method", "method").Choices({"a", "b"}), method);
    v.Visit(Field("noise", "noise").Above(0.0), noise);
    v.Visit(Field("limit", "limit").Range(0), limit);
    v.Visit(Field("spacing", "spacing").Unit("mm").Above(0.0), spacing);
    v.Visit(Field("names", "names").Choices({"a", "b"}), names);
  }
};

template <typename TChange>
SampleOptions
Changed(const TChange & change)
{
  SampleOptions options;
  change(options);
  return options;
}

TEST(Options, ValidatorStatesWhatWasGivenAndWhatIsRequired)
{
  ValidateOptions(SampleOptions());
  const std::pair<SampleOptions, const char *> cases[] = {
      {Changed([](auto & o) { o.steps = 0; }), "--steps: given 0; required at least 1 and at most 100"},
      {Changed([](auto & o) { o.steps = 101; }), "--steps: given 101; required"},
      {Changed([](auto & o) { o.weight = 0.0; }), "--weight: given 0; required above 0"},
      {Changed([](auto & o) { o.weight = std::numeric_limits<double>::quiet_NaN(); }), "--weight: given nan"},
      {Changed([](auto & o) { o.weight = std::numeric_limits<double>::infinity(); }), "--weight: given inf"},
      {Changed([](auto & o) { o.method = "c"; }), "--method: given 'c'; required one of a|b"},
      {Changed([](auto & o) { o.noise = -1.5; }), "--noise: given -1.5; required above 0"},
      {Changed([](auto & o) { o.limit = -1; }), "--limit: given -1; required at least 0"},
      {Changed(
           [](auto & o) {
             o.spacing = {1.0, 0.0};
           }),
       "--spacing: given 0; required above 0"},
      {Changed(
           [](auto & o) {
             o.names = {"a", "x"};
           }),
       "--names: given 'x'; required one of a|b"}};
  for (const auto & [options, message] : cases)
  {
    EXPECT_THROW_MESSAGE(ValidateOptions(options), UsageError, message);
  }
}

TEST(Options, JsonRoundTripKeepsEveryField)
{
  SampleOptions written;
  written.verbose = true;
  written.steps = 7;
  written.weight = 0.1;
  written.method = "b";
  written.limit = 12;
  written.spacing = {0.25};
  written.names = {"b", "a"};
  Json object;
  JsonWriter writer(object);
  written.Visit(writer);
  EXPECT_EQ(object.size(), 8u);
  EXPECT_TRUE(object.at("noise").is_null());

  SampleOptions read;
  read.noise = 3.0;
  JsonReader reader(object);
  read.Visit(reader);
  Json again;
  JsonWriter second(again);
  read.Visit(second);
  EXPECT_EQ(again, object);
  EXPECT_EQ(reader.KnownNames().size(), 8u);
}

TEST(Options, AbsentFieldsKeepTheirValues)
{
  SampleOptions options;
  const Json object = Json::parse(R"({"steps": 3, "unknown": 1})");
  JsonReader reader(object);
  options.Visit(reader);
  EXPECT_EQ(options.steps, 3);
  EXPECT_EQ(options.weight, 0.5);
}

TEST(Options, ReaderRefusesWrongTypes)
{
  const char * wrong[] = {R"({"verbose": 1})",
                          R"({"steps": 2.5})",
                          R"({"steps": 18446744073709551615})",
                          R"({"weight": "x"})",
                          R"({"method": 1})",
                          R"({"noise": true})",
                          R"({"limit": "x"})",
                          R"({"spacing": 1})",
                          R"({"names": [1]})"};
  for (const char * text : wrong)
  {
    const Json object = Json::parse(text);
    SampleOptions options;
    JsonReader reader(object);
    EXPECT_THROW_MESSAGE(options.Visit(reader), UsageError, "required");
  }
  const Json list = Json::parse("[1]");
  EXPECT_THROW_MESSAGE(JsonReader{list}, UsageError, "not a JSON object");
}

TEST(Options, ATextThatIsNotJsonIsAnErrorOfOurs)
{
  for (const char * text : {"", "{", "{\"steps\": 1,}", "\xFF"})
  {
    EXPECT_THROW_MESSAGE(ReadListing(text, [](OptionVisitor &) {}), UsageError, "not JSON");
  }
}

TEST(Options, APathSaysWhatLiesThere)
{
  const Field read = Field("image", "to read").Reads(PathKind::Image);
  EXPECT_EQ(read.path, PathKind::Image);
  EXPECT_FALSE(read.isWritten);
  EXPECT_STREQ(read.unit, "FILE");
  const Field written = Field("output", "to write").Writes(PathKind::Folder);
  EXPECT_TRUE(written.isWritten);
  EXPECT_STREQ(written.unit, "FOLDER");
  EXPECT_STREQ(Field("scan", "to write").Unit("SCAN").Writes(PathKind::File).unit, "SCAN");
  EXPECT_EQ(Field("text", "of any kind").path, PathKind::None);
}

TEST(Options, NumbersDoNotKnowTheLocale)
{
  const std::string before = std::setlocale(LC_ALL, nullptr);
  std::setlocale(LC_ALL, "de_DE.UTF-8"); // without effect where it is not installed; then the test is the plain one
  EXPECT_EQ(NumberText(0.1), "0.1");
  Summary summary;
  summary.wallSeconds = 1.25;
  EXPECT_NE(summary.ToJson().find("1.25"), std::string::npos);
  EXPECT_NE(summary.BriefReport().find("1.25 s"), std::string::npos);
  std::setlocale(LC_ALL, before.c_str());
}

TEST(Summary, JsonHoldsEveryField)
{
  Summary summary;
  summary.method = "rmp";
  summary.guidance = "proximal";
  summary.deviationKind = DeviationKind::Posterior;
  summary.deviationOf = "daps";
  summary.steps = 20;
  summary.samples = 8;
  summary.networkEvaluations = 180;
  summary.operatorEvaluations = 420;
  summary.networkSeconds = 1.5;
  summary.dataFit = 1.0123;
  summary.seed = std::numeric_limits<std::uint64_t>::max();
  summary.options = R"({"steps": 20})";
  summary.warnings = {"noise estimated"};
  const Json json = Json::parse(summary.ToJson());
  EXPECT_EQ(json.at("method"), "rmp");
  EXPECT_EQ(json.at("deviation-kind"), "posterior");
  EXPECT_EQ(json.at("deviation-of"), "daps");
  EXPECT_EQ(json.at("network-evaluations"), 180);
  EXPECT_EQ(json.at("operator-evaluations"), 420);
  EXPECT_EQ(json.at("network-seconds"), 1.5);
  EXPECT_TRUE(json.at("operator-seconds").is_null()); // not known
  EXPECT_EQ(json.at("data-fit"), 1.0123);
  EXPECT_TRUE(json.at("mean-disagreement").is_null());
  EXPECT_EQ(json.at("seed"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(json.at("options").at("steps"), 20);
  EXPECT_EQ(json.at("warnings").at(0), "noise estimated");
  EXPECT_EQ(json.size(), 18u);
  const std::string brief = summary.BriefReport();
  EXPECT_EQ(brief,
            "rmp (proximal): 20 steps, 180 network evaluations, 0.0 s, data fit 1.012, "
            "deviation: posterior of 8 samples by daps");
  summary.nonGaussianPosterior = true;
  summary.meanDisagreement = 4.25;
  EXPECT_NE(summary.BriefReport().find("posterior not Gaussian"), std::string::npos);
}

TEST(Guard, TranslatesWhatOthersThrow)
{
  EXPECT_THROW_MESSAGE(Guard([] { throw UsageError("--x: given 1; required 2"); }), UsageError, "--x: given 1");
  EXPECT_THROW_MESSAGE(Guard([] { throw Aborted("stopped"); }), Aborted, "stopped");
  EXPECT_THROW_MESSAGE(Guard([] { throw NumericalError("diverged"); }), NumericalError, "diverged");
  EXPECT_THROW_MESSAGE(Guard([] { throw std::bad_alloc(); }), NumericalError, "out of memory");
  EXPECT_THROW_MESSAGE(Guard([] { throw std::runtime_error("one\ntwo"); }), DataError, "unexpected: one");
  EXPECT_THROW_MESSAGE(Guard([] { throw 7; }), DataError, "without a message");
  EXPECT_THROW_MESSAGE(Guard([] { at::ones({2, 3}).view({5}); }), DataError, "unexpected: ");
  // More memory than any machine has: LibTorch's own out-of-memory error.
  EXPECT_THROW_MESSAGE(Guard([] { at::empty({1LL << 50}, at::kFloat); }), NumericalError, "smaller batch");
  bool done = false;
  Guard([&] { done = true; });
  EXPECT_TRUE(done);
}

TEST(Device, NamesAreChecked)
{
  EXPECT_TRUE(DeviceFromName("cpu").is_cpu());
  EXPECT_TRUE(AvailableDevices().front().is_cpu());
  EXPECT_THROW_MESSAGE(DeviceFromName("tpu"), UsageError, "required cpu or cuda");
  if (AvailableDevices().size() == 1)
  {
    EXPECT_THROW_MESSAGE(DeviceFromName("cuda"), UsageError, "has no such device");
  }
  else
  {
    EXPECT_TRUE(DeviceFromName("cuda").is_cuda());
  }
}
} // namespace
} // namespace tweedie
