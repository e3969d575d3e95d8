// SPDX-License-Identifier: Apache-2.0
#include "tweedieMRIRawXml.h"

#include "tweedieError.h"
#include "tweedieXml.h"

#include <charconv>
#include <cmath>
#include <vector>

namespace tweedie
{
namespace
{
constexpr std::size_t mostEncodings = 64;
constexpr std::int64_t largestCount = 65535; // counters have 16 bits

double
NumberOf(const std::string & text)
{
  double value = 0.0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || !std::isfinite(value))
  {
    throw DataError("given '" + Excerpt(text) + "'; required a number");
  }
  return value;
}

std::int64_t
CountOf(const std::string & text)
{
  const double value = NumberOf(text);
  if (value != std::floor(value) || value < 0.0 || value > static_cast<double>(largestCount))
  {
    throw DataError("given '" + Excerpt(text) + "'; required a whole number from 0 to 65535");
  }
  return static_cast<std::int64_t>(value);
}

/** Elements by where they stand: "encoding/encodedSpace/matrixSize/x" below the root. */
class Visitor final : public XmlVisitor
{
public:
  explicit Visitor(MRIRaw & raw) : m_Raw(raw) {}

  void
  Start(const std::string & name, const std::map<std::string, std::string> &) override
  {
    m_Names.push_back(name.substr(name.rfind(':') + 1)); // with or without a prefix of the name space
    if (m_Names.size() == 1 && m_Names[0] != "ismrmrdHeader")
    {
      throw DataError("given <" + Excerpt(name) + ">; required <ismrmrdHeader>");
    }
    if (Place() == "encoding")
    {
      if (m_Raw.encodings.size() == mostEncodings)
      {
        throw DataError("given more than 64 encodings; required fewer");
      }
      m_Raw.encodings.emplace_back();
    }
  }

  void
  End(const std::string &, const std::string & text) override
  {
    const std::string place = Place();
    if (place == "acquisitionSystemInformation/systemVendor")
    {
      m_Raw.vendor = Excerpt(text);
    }
    else if (place == "acquisitionSystemInformation/relativeReceiverNoiseBandwidth")
    {
      m_Raw.relativeNoiseBandwidth = NumberOf(text);
    }
    else if (m_Names.size() > 2 && m_Names[1] == "encoding")
    {
      EndEncoding(text);
    }
    m_Names.pop_back();
  }

  void
  Instruction(const std::string &, const std::string &) override
  {
  }

private:
  std::string
  Place() const
  {
    std::string place;
    for (std::size_t i = 1; i < m_Names.size(); ++i)
    {
      place += (i == 1 ? "" : "/") + m_Names[i];
    }
    return place;
  }

  void
  EndEncoding(const std::string & text)
  {
    MRIEncoding & encoding = m_Raw.encodings.back();
    const std::string & part = m_Names[2];
    if (part == "trajectory" && m_Names.size() == 3)
    {
      encoding.trajectory = Excerpt(text);
    }
    else if (part == "parallelImaging" && m_Names.back() == "calibrationMode")
    {
      encoding.calibrationMode = Excerpt(text);
    }
    else if (part == "encodedSpace" || part == "reconSpace")
    {
      EndSpace(part == "encodedSpace" ? encoding.encoded : encoding.recon, text);
    }
    else if (part == "encodingLimits" && m_Names.size() == 5)
    {
      const std::string & which = m_Names[3];
      if (which == "kspace_encoding_step_1" || which == "kspace_encoding_step_2")
      {
        EndLimit(which.back() == '1' ? encoding.step1 : encoding.step2, text);
      }
    }
  }

  void
  EndSpace(MRISpace & space, const std::string & text) const
  {
    if (m_Names.size() != 5 || m_Names[4].size() != 1 || m_Names[4][0] < 'x' || m_Names[4][0] > 'z')
    {
      return;
    }
    const auto axis = static_cast<std::size_t>(m_Names[4][0] - 'x');
    if (m_Names[3] == "matrixSize")
    {
      space.matrix[axis] = CountOf(text);
    }
    else if (m_Names[3] == "fieldOfView_mm")
    {
      space.fieldOfView[axis] = NumberOf(text);
    }
  }

  void
  EndLimit(std::optional<MRILimits> & limits, const std::string & text) const
  {
    if (!limits)
    {
      limits.emplace();
    }
    const std::string & which = m_Names[4];
    std::int64_t ignored = 0;
    (which == "minimum"   ? limits->minimum
     : which == "maximum" ? limits->maximum
     : which == "center"  ? limits->center
                          : ignored) = CountOf(text);
  }

  MRIRaw & m_Raw;
  std::vector<std::string> m_Names;
};

void
RequireSpace(const MRISpace & space, const std::string & what)
{
  for (std::size_t axis = 0; axis < 3; ++axis)
  {
    if (space.matrix[axis] < 1 || !(space.fieldOfView[axis] > 0.0))
    {
      throw DataError(what + ": given a matrix of " + std::to_string(space.matrix[axis]) + " over " +
                      std::to_string(space.fieldOfView[axis]) + " mm along axis " + std::to_string(axis) +
                      "; required at least 1, and more than 0 mm");
    }
  }
}
} // namespace

void
ApplyMRIRawXml(MRIRaw & raw, const std::string & text, const std::string & name)
{
  Visitor visitor(raw);
  VisitXmlText(text, name, visitor);
  if (raw.encodings.empty())
  {
    throw DataError(name + ": given no encoding; required at least one");
  }
  for (std::size_t i = 0; i < raw.encodings.size(); ++i)
  {
    const std::string which = name + ", encoding " + std::to_string(i);
    RequireSpace(raw.encodings[i].encoded, which + ", encodedSpace");
    RequireSpace(raw.encodings[i].recon, which + ", reconSpace");
  }
}
} // namespace tweedie
