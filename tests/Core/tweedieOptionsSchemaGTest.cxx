// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieOptionsSchema.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tweedie
{
namespace
{
struct Sample
{
  std::int64_t steps = 20;
  std::optional<double> noise;
  std::string mask = "random";
  std::vector<double> edges{1.0, 2.0};

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("steps", "number of levels").Range(1, 100), steps);
    v.Visit(Field("noise", "standard deviation").Unit("a.u.").Above(0), noise);
    v.Visit(Field("mask", "kind").Choices({"random", "lines"}), mask);
    v.Visit(Field("edges", "of a voxel").Unit("mm"), edges);
  }
};

TEST(OptionsSchema, SaysWhatAFieldIs)
{
  const auto fields = nlohmann::json::parse(SchemaOf(Sample()));
  ASSERT_EQ(fields.size(), 4U);
  EXPECT_EQ(fields[0]["name"], "steps");
  EXPECT_EQ(fields[0]["type"], "int");
  EXPECT_EQ(fields[0]["default"], 20);
  EXPECT_EQ(fields[0]["maximum"], 100.0);
  EXPECT_EQ(fields[1]["type"], "optional-float");
  EXPECT_TRUE(fields[1]["default"].is_null());
  EXPECT_TRUE(fields[1]["maximum"].is_null()); // no end
  EXPECT_TRUE(fields[1]["exclusive-minimum"].get<bool>());
  EXPECT_EQ(fields[1]["unit"], "a.u.");
  EXPECT_EQ(fields[2]["choices"], (std::vector<std::string>{"random", "lines"}));
  EXPECT_EQ(fields[3]["type"], "floats");
}

TEST(OptionsSchema, ReadsItsOwnNamesOnly)
{
  const auto read = OwnOptionsFromText<Sample>(R"({"steps": 3, "noise": 0.5})");
  EXPECT_EQ(read.steps, 3);
  EXPECT_EQ(read.noise, 0.5);
  EXPECT_EQ(read.mask, "random");
  Sample usual;
  usual.mask = "lines";
  EXPECT_EQ(OwnOptionsFromText<Sample>("{}", usual).mask, "lines");
  for (const char * text :
       {R"({"step": 3})", R"({"steps": 0})", R"({"steps": 1.5})", R"({"mask": "round"})", "[]", "{"})
  {
    EXPECT_THROW(OwnOptionsFromText<Sample>(text), UsageError) << text;
  }
}
} // namespace
} // namespace tweedie
