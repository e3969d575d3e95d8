// SPDX-License-Identifier: Apache-2.0
// What the process that parses DICOM headers may send when a file has led it astray; the first ones were found by the
// fuzzers.
#include "tweedieDicomImage.h"
#include "tweedieDicomSeriesFixture.h"

#include <limits>

namespace tweedie
{
namespace
{
DicomHeader
Header()
{
  DicomImage image;
  image.path = "a.dcm";
  image.hasPlace = true;
  image.orientation = {1.0, 0.0, 0.0, 0.0, 1.0, 0.0};
  image.spacing = {0.5, 0.5};
  image.pixels.rows = image.pixels.columns = 4;
  image.pixels.padding = -2000;
  return {true, {image}};
}

template <typename TEdit>
DicomHeader
Sent(const TEdit & edit)
{
  DicomHeader header = Header();
  edit(header.images[0]);
  return HeaderFromMessage(ToMessage(header));
}

TEST(DicomMessage, AHeaderArrivesAsItWas)
{
  const DicomHeader header = Sent([](DicomImage &) {});
  ASSERT_EQ(header.images.size(), 1u);
  EXPECT_TRUE(header.images[0].hasPlace);
  EXPECT_EQ(header.images[0].spacing[1], 0.5);
  EXPECT_EQ(header.images[0].pixels.padding, -2000);
  EXPECT_FALSE(header.images[0].pixels.paddingLimit);
}

TEST(DicomMessage, WhatIsNoHeaderIsOneOfOurErrors)
{
  const std::string whole = ToMessage(Header());
  EXPECT_THROW(HeaderFromMessage(""), DataError);
  EXPECT_THROW(HeaderFromMessage("\xA0"), DataError) << "an object, no list";
  for (std::size_t length = 0; length < whole.size(); ++length)
  {
    EXPECT_THROW(HeaderFromMessage(whole.substr(0, length)), DataError) << length;
  }
}

TEST(DicomMessage, NumbersThatNobodyCanReckonWithAreRefused)
{
  const double inf = std::numeric_limits<double>::infinity();
  EXPECT_THROW(Sent([&](DicomImage & image) { image.position[2] = inf; }), DataError);
  EXPECT_THROW(Sent([&](DicomImage & image) { image.echo = std::nan(""); }), DataError);
  EXPECT_THROW(Sent([](DicomImage & image) { image.pixels.rows = std::int64_t(1) << 40; }), DataError);
  EXPECT_THROW(Sent([](DicomImage & image) { image.pixels.columns = 0; }), DataError);
  EXPECT_FALSE(Sent([](DicomImage & image) { image.position[0] = 1e300; }).images[0].hasPlace);
  EXPECT_FALSE(Sent([](DicomImage & image) { image.orientation[0] = -1e9; }).images[0].hasPlace);
}

class FarSlice : public test::DicomSeriesTest
{
protected:
  std::string
  Move(double z)
  {
    m_Source.grid.direction = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    Write(
        [&](DcmDataset & set, std::int64_t slice)
        {
          const double place = slice == 2 ? z : 2.5 * static_cast<double>(slice);
          test::WriterSource::Text(set, DCM_ImagePositionPatient, test::WriterSource::Decimals({0.0, 0.0, place}));
        });
    DicomReadOptions options;
    options.fillMissing = true;
    return Refusal(options);
  }
};

TEST_F(FarSlice, AGapOfFarMoreSlicesThanThereAreIsNotFilled)
{
  EXPECT_EQ(Move(10.0), "");
  EXPECT_EQ(Move(35.0), ""); // 12 are missing beside 3
  ExpectPart(Move(200.0), "uneven steps");
}

TEST_F(FarSlice, SlicesFartherApartThanAnImageAreNotShifted)
{
  m_Source.grid.direction = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  Write(
      [&](DcmDataset & set, std::int64_t slice)
      {
        const double place = static_cast<double>(slice);
        test::WriterSource::Text(
            set, DCM_ImagePositionPatient, test::WriterSource::Decimals({0.0, 4e5 * place, 2.5 * place}));
      });
  DicomReadOptions options;
  options.resampleTilt = true;
  ExpectPart(Refusal(options), "by more than an image");
}
} // namespace
} // namespace tweedie
