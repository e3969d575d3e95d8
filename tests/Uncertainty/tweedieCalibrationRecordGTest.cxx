// SPDX-License-Identifier: Apache-2.0
#include "tweedieCalibrationRecord.h"

#include "tweedieError.h"
#include "tweedieTemporaryFolder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <sstream>

namespace tweedie
{
namespace
{
CalibrationRecord
Record()
{
  CalibrationRecord record;
  record.protocol = "mri R=4 daps 100 steps";
  record.casesDigest = "0123";
  record.cases = 38;
  record.groups = 19;
  record.scales = {{"region-1", 0.9, 1.25}, {"region-1", 0.95, 1.0 / 3.0}, {"region-2", 0.9, 1.5}};
  return record;
}

std::string
Content(const std::string & path)
{
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(CalibrationRecord, ComesBackAsItWasWrittenWithItsPromiseAndLimits)
{
  const test::TemporaryFolder folder;
  const std::string path = folder.File("calibration.json");
  WriteCalibrationRecord(path, Record());
  const CalibrationRecord back = ReadCalibrationRecord(path, Record().protocol);
  EXPECT_EQ(back.method, CalibrationMethod::SplitConformal);
  EXPECT_EQ(back.cases, 38);
  EXPECT_EQ(back.groups, 19);
  EXPECT_EQ(back.casesDigest, "0123");
  ASSERT_EQ(back.scales.size(), 3u);
  EXPECT_EQ(back.scales[1].quantity, "region-1");
  EXPECT_EQ(back.scales[1].scale, 1.0 / 3.0); // to the last bit
  const std::string text = Content(path);
  EXPECT_NE(text.find(GuaranteeOf(back)), std::string::npos);
  EXPECT_NE(text.find(LimitsOf(back)), std::string::npos);
  EXPECT_NE(GuaranteeOf(back).find("(90 %, 95 %)"), std::string::npos);
  EXPECT_NE(LimitsOf(back).find("19 independent groups"), std::string::npos);
  EXPECT_EQ(ReadCalibrationRecord(path, "").protocol, Record().protocol);
}

TEST(CalibrationRecord, AnyChangedCharacterIsFound)
{
  const test::TemporaryFolder folder;
  const std::string path = folder.File("calibration.json");
  WriteCalibrationRecord(path, Record());
  const std::string text = Content(path);
  for (std::size_t i = 0; i < text.size(); ++i)
  {
    if (text[i] == ' ' || text[i] == '\n')
    {
      continue; // layout means nothing
    }
    std::string changed = text;
    changed[i] = changed[i] == '7' ? '8' : '7';
    std::ofstream(path) << changed;
    EXPECT_THROW(ReadCalibrationRecord(path, ""), DataError) << i << ' ' << text.substr(i, 20);
  }
  std::ofstream(path) << text.substr(0, text.size() / 2);
  EXPECT_THROW(ReadCalibrationRecord(path, ""), DataError);
  std::ofstream(path) << std::string(500000, '[');
  EXPECT_THROW(ReadCalibrationRecord(path, ""), DataError);
}

TEST(CalibrationRecord, OtherProtocolAndVersionAreRefusedInOneLine)
{
  const test::TemporaryFolder folder;
  const std::string path = folder.File("calibration.json");
  WriteCalibrationRecord(path, Record());
  const auto message = [&](const std::string & protocol)
  {
    try
    {
      ReadCalibrationRecord(path, protocol);
    }
    catch (const DataError & error)
    {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(message("mri R=8 daps 100 steps").find("scales of another protocol"), std::string::npos);
  std::string text = Content(path);
  text.replace(text.find("\"tweedie-calibration\": 1"), 24, "\"tweedie-calibration\": 2");
  std::ofstream(path) << text;
  EXPECT_NE(message(Record().protocol).find("version 2 where 1 is known"), std::string::npos);
  EXPECT_THROW(ReadCalibrationRecord(folder.File("none.json"), ""), DataError);
}

TEST(CalibrationRecord, OneThatNoCalibrationMakesIsNotWritten)
{
  const test::TemporaryFolder folder;
  const std::string path = folder.File("calibration.json");
  const auto expectRefused = [&](const auto & change)
  {
    CalibrationRecord record = Record();
    change(record);
    EXPECT_THROW(WriteCalibrationRecord(path, record), DataError);
  };
  expectRefused([](CalibrationRecord & r) { r.cases = 18, r.groups = 18; }); // 95 % needs 19
  expectRefused([](CalibrationRecord & r) { r.groups = 39; });
  expectRefused([](CalibrationRecord & r) { r.scales.clear(); });
  expectRefused([](CalibrationRecord & r) { r.protocol.clear(); });
  expectRefused([](CalibrationRecord & r) { r.protocol = "\xff"; });
  expectRefused([](CalibrationRecord & r) { r.confidence = 0.9; });
  expectRefused([](CalibrationRecord & r) { r.method = CalibrationMethod::RiskControlling; });
  expectRefused([](CalibrationRecord & r) { r.scales[0].scale = std::numeric_limits<double>::infinity(); });
  EXPECT_FALSE(std::ifstream(path).good());
  CalibrationRecord record = Record();
  record.method = CalibrationMethod::RiskControlling;
  record.confidence = 0.9;
  WriteCalibrationRecord(path, record);
  EXPECT_NE(GuaranteeOf(ReadCalibrationRecord(path, "")).find("probability of 90 %"), std::string::npos);
}
} // namespace
} // namespace tweedie
