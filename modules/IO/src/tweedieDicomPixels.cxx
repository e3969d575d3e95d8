// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomPixels.h"

#include "tweedieDicomHeader.h"
#include "tweedieDicomItems.h"
#include "tweedieError.h"
#include "tweedieJpeg2000.h"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfcache.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dcxfer.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace tweedie
{
namespace
{
void
RegisterCodecs()
{
  static const bool once = []
  {
    DcmRLEDecoderRegistration::registerCodecs();
    DJDecoderRegistration::registerCodecs();
    DJLSDecoderRegistration::registerCodecs();
    return true;
  }();
  static_cast<void>(once);
}

/** Stored numbers that are no measurement; none where low is above high. */
struct Padding
{
  std::int64_t low = 1;
  std::int64_t high = 0;

  bool
  Has(std::int64_t stored) const
  {
    return stored >= low && stored <= high;
  }
};

Padding
PaddingOf(const DicomImage & image)
{
  if (!image.pixels.padding)
  {
    return {};
  }
  const std::int64_t one = *image.pixels.padding;
  const std::int64_t other = image.pixels.paddingLimit.value_or(one);
  return {std::min(one, other), std::max(one, other)};
}

/** Numbers of the bits that hold them; overlays may use the others. */
template <typename TWord>
void
Unpack(const std::vector<std::uint8_t> & bytes, const DicomPixelFormat & format, std::vector<std::int64_t> & numbers)
{
  const auto shift = static_cast<unsigned>(format.highBit + 1 - format.bitsStored);
  const std::int64_t mask = (std::int64_t(1) << format.bitsStored) - 1;
  const std::int64_t sign = format.isSigned ? std::int64_t(1) << (format.bitsStored - 1) : 0;
  for (std::size_t i = 0; i < numbers.size(); ++i)
  {
    TWord word = 0;
    std::memcpy(&word, bytes.data() + i * sizeof(TWord), sizeof(TWord));
    const std::int64_t value = static_cast<std::int64_t>(word) >> shift & mask;
    numbers[i] = (value ^ sign) - sign;
  }
}

/** The same as values, in a loop that compilers turn into few instructions for many pixels. */
template <typename TWord>
void
Scale(const std::vector<std::uint8_t> & bytes,
      const DicomPixelFormat & format,
      const DicomImage & image,
      std::size_t count,
      float * values)
{
  const auto shift = static_cast<unsigned>(format.highBit + 1 - format.bitsStored);
  const std::int32_t mask = (std::int32_t(1) << format.bitsStored) - 1;
  const std::int32_t sign = format.isSigned ? std::int32_t(1) << (format.bitsStored - 1) : 0;
  const auto stored = [&](std::size_t i)
  {
    TWord word = 0;
    std::memcpy(&word, bytes.data() + i * sizeof(TWord), sizeof(TWord));
    return ((static_cast<std::int32_t>(word) >> shift & mask) ^ sign) - sign;
  };
  const double slope = image.slope;
  const double intercept = image.intercept;
  for (std::size_t i = 0; i < count; ++i)
  {
    values[i] = static_cast<float>(slope * static_cast<double>(stored(i)) + intercept);
  }
  const Padding padding = PaddingOf(image);
  for (std::size_t i = 0; padding.low <= padding.high && i < count; ++i)
  {
    values[i] = padding.Has(stored(i)) ? std::numeric_limits<float>::quiet_NaN() : values[i];
  }
}

template <typename TReal>
void
Copy(const std::vector<std::uint8_t> & bytes, std::size_t count, float * values)
{
  for (std::size_t i = 0; i < count; ++i)
  {
    TReal value = 0;
    std::memcpy(&value, bytes.data() + i * sizeof(TReal), sizeof(TReal));
    values[i] = static_cast<float>(value);
  }
}

/** A modality LUT: the first stored number that it maps, and what it maps it and its successors to. */
struct Table
{
  std::int64_t first = 0;
  std::vector<float> values;
};

Table
ReadTable(const std::string & path, DcmItem & set, bool isSigned)
{
  DcmItem * item = SequenceItem(&set, DCM_ModalityLUTSequence);
  Table table;
  const auto entries = DicomItems::Number(item, DCM_LUTDescriptor, 0);
  const auto first = DicomItems::Number(item, DCM_LUTDescriptor, 1);
  const Uint16 * words = nullptr;
  unsigned long count = 0;
  const bool isThere = item != nullptr && item->findAndGetUint16Array(DCM_LUTData, words, &count).good();
  const std::size_t size = entries && *entries > 0.0 ? static_cast<std::size_t>(*entries) : 65536;
  if (!entries || !first || !isThere || words == nullptr || count < size)
  {
    throw DataError(path + ": given a modality LUT that cannot be read; required " + std::to_string(size) + " entries");
  }
  table.first = static_cast<std::int64_t>(*first);
  table.first -= isSigned && table.first > 32767 ? 65536 : 0;
  table.values.assign(words, words + size);
  return table;
}
} // namespace

struct DicomPixels::Content
{
  std::string path;
  DcmFileFormat file;
  DcmFileCache cache;
  DicomHeader header;
  Table table;
  Uint32 fragment = 0;
  std::vector<std::uint8_t> bytes;
  std::vector<std::int64_t> numbers;
  std::vector<std::uint8_t> decoded; ///< all frames of a JPEG 2000 file
  DicomPixelFormat decodedFormat;

  [[noreturn]] void
  Refuse(const std::string & given) const
  {
    throw DataError(path + ": given " + given + "; required pixels that can be decoded");
  }
  DcmXfer
  Syntax()
  {
    return DcmXfer(file.getDataset()->getOriginalXfer());
  }
  bool
  IsJpeg2000()
  {
    const E_TransferSyntax syntax = Syntax().getXfer();
    return syntax == EXS_JPEG2000 || syntax == EXS_JPEG2000LosslessOnly;
  }
  void ReadFloats(const DcmTagKey & tag, std::int64_t frame, std::size_t width, std::size_t count);
  void ReadFrame(std::int64_t frame, std::size_t count, const DicomPixelFormat & format);
  void ReadNumbers(const DicomImage & image, std::size_t count, float * values);
  void Apply(const DicomImage & image, float * values) const;
};

void
DicomPixels::Content::ReadFloats(const DcmTagKey & tag, std::int64_t frame, std::size_t width, std::size_t count)
{
  DcmElement * element = nullptr;
  bytes.resize(count * width);
  const auto length = static_cast<Uint32>(bytes.size());
  if (file.getDataset()->findAndGetElement(tag, element).bad() || element == nullptr ||
      element->getPartialValue(bytes.data(), static_cast<Uint32>(frame) * length, length, &cache).bad())
  {
    Refuse("floating point pixels that cannot be read");
  }
}

void
DicomPixels::Content::ReadFrame(std::int64_t frame, std::size_t count, const DicomPixelFormat & format)
{
  const std::size_t width = static_cast<std::size_t>(format.bitsAllocated) / 8;
  if (IsJpeg2000())
  {
    if (decoded.empty())
    {
      decodedFormat = format;
      decoded = DecodeJpeg2000(path, decodedFormat);
    }
    const std::size_t length = count * static_cast<std::size_t>(decodedFormat.bitsAllocated) / 8;
    const std::size_t begin = static_cast<std::size_t>(frame) * length;
    if (decoded.size() < begin + length)
    {
      Refuse("fewer JPEG 2000 frames than it names");
    }
    bytes.assign(decoded.begin() + static_cast<std::ptrdiff_t>(begin),
                 decoded.begin() + static_cast<std::ptrdiff_t>(begin + length));
    return;
  }
  DcmElement * element = nullptr;
  file.getDataset()->findAndGetElement(DCM_PixelData, element);
  auto * pixels = dynamic_cast<DcmPixelData *>(element);
  if (pixels == nullptr)
  {
    Refuse("no pixel data");
  }
  RegisterCodecs();
  bytes.resize((count * width + 1) / 2 * 2);
  OFString colours;
  const OFCondition status = pixels->getUncompressedFrame(file.getDataset(),
                                                          static_cast<Uint32>(frame),
                                                          fragment,
                                                          bytes.data(),
                                                          static_cast<Uint32>(bytes.size()),
                                                          colours,
                                                          &cache);
  if (status.bad())
  {
    Refuse(std::string("pixels in ") + Syntax().getXferName() + " (" + status.text() + ")");
  }
}

void
DicomPixels::Content::ReadNumbers(const DicomImage & image, std::size_t count, float * values)
{
  ReadFrame(image.frame, count, image.pixels);
  const DicomPixelFormat & format = decoded.empty() ? image.pixels : decodedFormat;
  if (!image.hasTable && format.bitsAllocated < 32)
  {
    return format.bitsAllocated == 8 ? Scale<std::uint8_t>(bytes, format, image, count, values)
                                     : Scale<std::uint16_t>(bytes, format, image, count, values);
  }
  numbers.resize(count);
  format.bitsAllocated == 8    ? Unpack<std::uint8_t>(bytes, format, numbers)
  : format.bitsAllocated == 16 ? Unpack<std::uint16_t>(bytes, format, numbers)
                               : Unpack<std::uint32_t>(bytes, format, numbers);
  Apply(image, values);
}

void
DicomPixels::Content::Apply(const DicomImage & image, float * values) const
{
  const Padding padding = PaddingOf(image);
  const auto last = static_cast<std::int64_t>(table.values.size()) - 1;
  for (std::size_t i = 0; i < numbers.size(); ++i)
  {
    const std::int64_t stored = numbers[i];
    const double value =
        image.hasTable
            ? static_cast<double>(
                  table.values[static_cast<std::size_t>(std::clamp<std::int64_t>(stored - table.first, 0, last))])
            : image.slope * static_cast<double>(stored) + image.intercept;
    values[i] = padding.Has(stored) ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(value);
  }
}

DicomPixels::DicomPixels(const std::string & path) : m_Content(std::make_unique<Content>())
{
  m_Content->path = path;
  LoadDicom(path, m_Content->file);
  m_Content->header = HeaderOf(path, m_Content->file);
  if (m_Content->header.images.empty())
  {
    m_Content->Refuse("no image");
  }
  const DicomImage & first = m_Content->header.images[0];
  if (!first.problem.empty())
  {
    throw DataError(path + ": given " + first.problem);
  }
  if (first.hasTable)
  {
    m_Content->table = ReadTable(path, *m_Content->file.getDataset(), first.pixels.isSigned);
  }
}

DicomPixels::~DicomPixels() = default;

const std::string &
DicomPixels::Path() const
{
  return m_Content->path;
}

const DicomImage &
DicomPixels::Image(std::int64_t frame) const
{
  if (frame < 0 || static_cast<std::size_t>(frame) >= m_Content->header.images.size())
  {
    m_Content->Refuse("no frame " + std::to_string(frame + 1));
  }
  return m_Content->header.images[static_cast<std::size_t>(frame)];
}

void
DicomPixels::Read(std::int64_t frame, float * values)
{
  const DicomImage & image = Image(frame);
  const auto count = static_cast<std::size_t>(image.pixels.rows * image.pixels.columns);
  if (image.pixels.isFloat)
  {
    const bool isDouble = m_Content->file.getDataset()->tagExists(DCM_DoubleFloatPixelData);
    m_Content->ReadFloats(isDouble ? DCM_DoubleFloatPixelData : DCM_FloatPixelData, frame, isDouble ? 8 : 4, count);
    isDouble ? Copy<double>(m_Content->bytes, count, values) : Copy<float>(m_Content->bytes, count, values);
    return;
  }
  m_Content->ReadNumbers(image, count, values);
}
} // namespace tweedie
