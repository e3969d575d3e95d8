// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieMRIImageFile.h"
#include "tweedieMRIImageRecord.h"

namespace tweedie
{
namespace
{
constexpr std::uint16_t headerMessage = 3, closing = 4, image = 1022;

template <typename TValue>
void
Send(std::ostream & stream, const TValue & value)
{
  stream.write(reinterpret_cast<const char *>(&value), sizeof(value));
}

void
SendImage(std::ostream & stream, const MRIImageHead & head, const std::vector<float> & pixels)
{
  Send(stream, image);
  const std::string bytes = PackedHead(head);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  Send(stream, static_cast<std::uint64_t>(head.attributeLength)); // no attributes
  stream.write(reinterpret_cast<const char *>(pixels.data()),
               static_cast<std::streamsize>(pixels.size() * sizeof(float)));
}
} // namespace

void
WriteMRIImageStream(std::ostream & stream, const Volume & volume, const std::string & header)
{
  const std::vector<MRIImageHead> heads = HeadsOfSlices(volume);
  if (!header.empty())
  {
    Send(stream, headerMessage);
    Send(stream, static_cast<std::uint32_t>(header.size()));
    stream.write(header.data(), static_cast<std::streamsize>(header.size()));
  }
  for (std::size_t slice = 0; slice < heads.size(); ++slice)
  {
    SendImage(stream, heads[slice], SlicePixels(volume, static_cast<std::int64_t>(slice)));
  }
  Send(stream, closing);
  stream.flush();
  if (!stream)
  {
    throw DataError("standard output: not written whole; required a reader that takes all of the images");
  }
}
} // namespace tweedie
