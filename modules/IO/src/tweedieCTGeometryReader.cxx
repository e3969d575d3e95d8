// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTGeometryFile.h"
#include "tweedieCTGeometryXml.h"
#include "tweedieCTMatrix.h"
#include "tweedieError.h"
#include "tweedieFieldText.h"
#include "tweedieXml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

namespace tweedie
{
namespace
{
constexpr double matrixTolerance = 0.001; // RTK's: what it reads is not refused here
constexpr double openJaw = 1e6;           // mm: beyond any detector

double
ParseNumber(const std::string & name, const char *& begin, const char * end)
{
  double value = 0.0;
  const bool hasPlus = end - begin > 1 && *begin == '+' && begin[1] != '-';
  const auto result = std::from_chars(begin + (hasPlus ? 1 : 0), end, value);
  if (result.ec != std::errc() || std::isnan(value))
  {
    throw DataError(name + ": given '" + Excerpt(std::string(begin, end)) + "'; required a number");
  }
  begin = result.ptr;
  return value;
}

double
ParseWhole(const std::string & name, const std::string & text)
{
  const char * begin = text.data();
  const double value = ParseNumber(name, begin, text.data() + text.size());
  if (begin != text.data() + text.size())
  {
    throw DataError(name + ": given '" + Excerpt(text) + "'; required a number");
  }
  return value;
}

double
ParseFinite(const std::string & name, const std::string & text)
{
  const double value = ParseWhole(name, text);
  if (!std::isfinite(value))
  {
    throw DataError(name + ": given '" + Excerpt(text) + "'; required a finite number");
  }
  return value;
}

CTMatrix
ParseMatrix(const std::string & text)
{
  CTMatrix matrix{};
  const char * begin = text.data();
  const char * const end = begin + text.size();
  const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  for (double & value : matrix)
  {
    begin = std::find_if_not(begin, end, isBlank);
    value = ParseNumber("Matrix", begin, end);
    if (!std::isfinite(value) || (begin != end && !isBlank(*begin)))
    {
      throw DataError("Matrix: given '" + Excerpt(text) + "'; required twelve finite numbers");
    }
  }
  if (std::find_if_not(begin, end, isBlank) != end)
  {
    throw DataError("Matrix: given more than twelve numbers; required three rows of four");
  }
  return matrix;
}

void
RequireOpenJaw(const std::string & name, const std::string & text)
{
  if (std::abs(ParseWhole(name, text)) < openJaw)
  {
    throw DataError(name + ": given a jaw at " + Excerpt(text) +
                    " mm; required none: crop the projections to what the collimator lets through");
  }
}

class GeometryReader final : public XmlVisitor
{
public:
  void
  Start(const std::string & name, const std::map<std::string, std::string> & attributes) override
  {
    m_Depth += 1;
    if (m_Depth == 1)
    {
      StartRoot(name, attributes);
    }
    else if (name == "Projection" && m_Depth == 2)
    {
      m_IsInProjection = true;
      m_GivenHere.clear();
      m_Matrix.reset();
    }
    else if (m_Depth > (m_IsInProjection ? 3 : 2) || !IsNumber(name) || (name == "Matrix" && !m_IsInProjection))
    {
      throw DataError("given the element <" + Excerpt(name) + ">" + (m_IsInProjection ? " in a projection" : "") +
                      "; required those of RTK's circular geometry");
    }
  }

  void
  End(const std::string & name, const std::string & text) override
  {
    m_Depth -= 1;
    const bool isProjection = name == "Projection" && m_Depth == 1;
    if (m_Depth == 0 || isProjection)
    {
      if (!text.empty())
      {
        throw DataError("given '" + Excerpt(text) + "' in <" + name + ">; required elements alone");
      }
      if (isProjection)
      {
        m_IsInProjection = false;
        AddView();
      }
      return;
    }
    auto & given = m_IsInProjection ? m_GivenHere : m_GivenAbove;
    if (!given.insert(name).second)
    {
      throw DataError(name + ": given twice; required once");
    }
    Take(name, text);
  }

  void
  Instruction(const std::string & target, const std::string & text) override
  {
    if (target != "tweedie")
    {
      return;
    }
    if (text != "beam=\"fan\"" && text != "beam=\"cone\"")
    {
      throw DataError("given the instruction '" + Excerpt(text) + "'; required beam=\"fan\" or beam=\"cone\"");
    }
    m_IsFan = text == "beam=\"fan\"";
  }

  CTGeometry
  Result() const
  {
    CTGeometry geometry;
    if (m_Gantries.empty())
    {
      throw DataError("given no projections; required at least one");
    }
    const bool isParallel = m_Gantries[0].sdd == 0.0;
    if (isParallel && m_IsFan)
    {
      throw DataError("given parallel rays of beam=\"fan\"; required rays that diverge");
    }
    geometry.beam = isParallel ? CTBeam::Parallel : m_IsFan ? CTBeam::Fan : CTBeam::Cone;
    geometry.detectorRadius = m_Radius;
    for (const auto & gantry : m_Gantries)
    {
      geometry.views.push_back(ViewOfGantry(gantry, isParallel ? 0.0 : m_Radius));
    }
    geometry.Require();
    return geometry;
  }

private:
  static void
  StartRoot(const std::string & name, const std::map<std::string, std::string> & attributes)
  {
    if (name != "RTKThreeDCircularGeometry")
    {
      throw DataError("given a file of <" + Excerpt(name) + ">; required <RTKThreeDCircularGeometry>");
    }
    const auto version = attributes.find("version");
    if (version == attributes.end() || (version->second != "2" && version->second != "3"))
    {
      throw DataError("given version " + (version == attributes.end() ? "none" : "'" + Excerpt(version->second) + "'") +
                      "; required 2 or 3");
    }
  }

  static bool
  IsNumber(const std::string & name)
  {
    return name == "Matrix" || name == "RadiusCylindricalDetector" || name == "CollimationUInf" ||
           name == "CollimationUSup" || name == "CollimationVInf" || name == "CollimationVSup" ||
           FindGantryField(name) != nullptr;
  }

  void
  Take(const std::string & name, const std::string & text)
  {
    if (name == "Matrix")
    {
      m_Matrix = ParseMatrix(text);
    }
    else if (name == "RadiusCylindricalDetector")
    {
      const double radius = ParseFinite(name, text);
      if (!m_Gantries.empty() && radius != m_Radius)
      {
        throw DataError(name + ": given " + text + " after " + NumberText(m_Radius) + "; required one for all views");
      }
      m_Radius = radius;
    }
    else if (const auto * field = FindGantryField(name))
    {
      m_Gantry.*(field->value) = ParseFinite(name, text);
      m_HasNumbers = true;
      m_HasDistance = m_HasDistance || field->value == &CTGantry::sid;
    }
    else
    {
      RequireOpenJaw(name, text);
    }
  }

  void
  AddView()
  {
    CTGantry gantry = m_Gantry;
    if (!m_HasNumbers)
    {
      if (!m_Matrix)
      {
        throw DataError("given a projection without numbers; required distances and angles, or a matrix");
      }
      gantry = GantryOfMatrix(*m_Matrix);
    }
    else if (gantry.sdd != 0.0 && !m_HasDistance)
    {
      throw DataError("given no SourceToIsocenterDistance; required one for rays that diverge");
    }
    else if (m_Matrix)
    {
      RequireAgreement(gantry);
    }
    if (gantry.sdd < 0.0 && gantry.sid > 0.0)
    {
      throw DataError("SourceToDetectorDistance: given " + NumberText(gantry.sdd) + "; required at least 0");
    }
    if (!m_Gantries.empty() && (gantry.sdd == 0.0) != (m_Gantries[0].sdd == 0.0))
    {
      throw DataError("given parallel rays (SourceToDetectorDistance 0 or none) in one view and divergent ones in "
                      "another; required one kind");
    }
    m_Gantries.push_back(gantry);
  }

  void
  RequireAgreement(const CTGantry & gantry) const
  {
    const CTMatrix expected = MatrixOfGantry(gantry);
    for (std::size_t i = 0; i < expected.size(); ++i)
    {
      if (!(std::abs(expected[i] - (*m_Matrix)[i]) <= matrixTolerance))
      {
        throw DataError("projection " + std::to_string(m_Gantries.size()) + ": given a matrix with " +
                        NumberText((*m_Matrix)[i]) + " in row " + std::to_string(i / 4 + 1) + ", column " +
                        std::to_string(i % 4 + 1) + "; required " + NumberText(expected[i]) +
                        " by its distances and angles");
      }
    }
  }

  int m_Depth = 0;
  bool m_IsInProjection = false;
  bool m_IsFan = false;
  bool m_HasNumbers = false;
  bool m_HasDistance = false;
  double m_Radius = 0.0;
  CTGantry m_Gantry; ///< the numbers as they stand now
  std::optional<CTMatrix> m_Matrix;
  std::set<std::string> m_GivenAbove;
  std::set<std::string> m_GivenHere;
  std::vector<CTGantry> m_Gantries;
};
} // namespace

CTGeometry
ReadCTGeometry(const std::string & path)
{
  GeometryReader reader;
  VisitXmlFile(path, reader);
  try
  {
    return reader.Result();
  }
  catch (const DataError & error)
  {
    throw DataError(path + ": " + error.what());
  }
}
} // namespace tweedie
