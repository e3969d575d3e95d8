// SPDX-License-Identifier: Apache-2.0
#include "tweedieError.h"
#include "tweedieMRIRawFile.h"
#include "tweedieMRIRawRecord.h"
#include "tweedieMRIRawXml.h"

#include <algorithm>
#include <cstring>

namespace tweedie
{
namespace
{
constexpr std::uint16_t configurationFile = 1, configurationText = 2, header = 3, closing = 4, text = 5,
                        acquisition = 1008, waveform = 1026;
constexpr std::uint64_t largestHeader = std::uint64_t(64) << 20U;

/** Where a stream stands, for messages. */
class Reader
{
public:
  Reader(std::istream & stream, const std::string & name) : m_Stream(stream), m_Name(name) {}

  /** Memory grows with what arrives, not with what is claimed. */
  std::vector<char>
  Bytes(std::uint64_t count)
  {
    constexpr std::uint64_t step = std::uint64_t(1) << 20U;
    std::vector<char> bytes;
    while (bytes.size() < count)
    {
      const std::size_t before = bytes.size();
      const auto more = static_cast<std::size_t>(std::min(step, count - before));
      bytes.resize(before + more);
      if (!m_Stream.read(bytes.data() + before, static_cast<std::streamsize>(more)))
      {
        throw DataError(m_Name + ": ends within a message; required a whole ISMRMRD stream, with its closing message");
      }
    }
    return bytes;
  }

  template <typename TValue>
  TValue
  Number()
  {
    TValue value{};
    std::memcpy(&value, Bytes(sizeof(value)).data(), sizeof(value));
    return value;
  }

  std::string
  Text()
  {
    const auto length = Number<std::uint32_t>();
    if (length > largestHeader)
    {
      throw DataError(m_Name + ": given a text of " + std::to_string(length) + " bytes; required an ISMRMRD stream");
    }
    const auto bytes = Bytes(length);
    return {bytes.data(), strnlen(bytes.data(), bytes.size())};
  }

private:
  std::istream & m_Stream;
  const std::string & m_Name;
};

/** The members of an acquisition's head, which are packed. */
MRIRawHead
HeadOf(const std::vector<char> & bytes)
{
  MRIRawHead head{};
  const auto take = [&](auto & member, std::size_t offset)
  { std::memcpy(&member, bytes.data() + offset, sizeof(member)); };
  take(head.flags, 2);
  take(head.samples, 34);
  take(head.channels, 38);
  take(head.discardPre, 168);
  take(head.discardPost, 170);
  take(head.center, 172);
  take(head.encoding, 174);
  take(head.trajectoryDimensions, 176);
  take(head.sampleTime, 178);
  take(head.position, 182);
  take(head.readDirection, 194);
  take(head.phaseDirection, 206);
  take(head.sliceDirection, 218);
  take(head.index, 242);
  return head;
}

MRIReadout
ReadoutOf(Reader & reader, const std::string & name)
{
  constexpr std::uint64_t headBytes = 340;
  MRIReadout readout = ReadoutOfHead(HeadOf(reader.Bytes(headBytes)), name);
  const auto places = static_cast<std::size_t>(readout.samples * readout.trajectoryDimensions);
  const auto samples = static_cast<std::size_t>(readout.samples * readout.channels);
  const auto trajectory = reader.Bytes(places * sizeof(float));
  const auto data = reader.Bytes(samples * sizeof(std::complex<float>));
  readout.trajectory.resize(places);
  readout.data.resize(samples);
  std::copy_n(trajectory.data(), trajectory.size(), reinterpret_cast<char *>(readout.trajectory.data()));
  std::copy_n(data.data(), data.size(), reinterpret_cast<char *>(readout.data.data()));
  RequireFiniteReadout(readout, name);
  return readout;
}

/** Heart beats and breathing. */
void
SkipWaveform(Reader & reader)
{
  constexpr std::uint64_t headBytes = 40;
  constexpr std::size_t samplesAt = 28, channelsAt = 30;
  const auto head = reader.Bytes(headBytes);
  std::uint16_t samples = 0, channels = 0;
  std::memcpy(&samples, head.data() + samplesAt, sizeof(samples));
  std::memcpy(&channels, head.data() + channelsAt, sizeof(channels));
  reader.Bytes(std::uint64_t(samples) * channels * sizeof(std::uint32_t));
}
} // namespace

MRIRaw
ReadMRIRawStream(std::istream & stream, const std::string & name)
{
  Reader reader(stream, name);
  MRIRaw raw;
  for (auto id = reader.Number<std::uint16_t>(); id != closing; id = reader.Number<std::uint16_t>())
  {
    if (id == acquisition)
    {
      raw.readouts.push_back(ReadoutOf(reader, name + ": acquisition " + std::to_string(raw.readouts.size())));
    }
    else if (id == header)
    {
      raw.header = reader.Text();
      ApplyMRIRawXml(raw, raw.header, name + ": header");
    }
    else if (id == waveform)
    {
      SkipWaveform(reader);
    }
    else if (id == configurationFile)
    {
      constexpr std::uint64_t nameLength = 1024;
      reader.Bytes(nameLength);
    }
    else if (id == configurationText || id == text)
    {
      reader.Text();
    }
    else
    {
      throw DataError(name + ": given a message of kind " + std::to_string(id) +
                      "; required an ISMRMRD stream of header (3), acquisitions (1008) and an end (4)");
    }
  }
  if (raw.encodings.empty())
  {
    throw DataError(name + ": given no header; required one before the end of the stream");
  }
  return raw;
}
} // namespace tweedie
