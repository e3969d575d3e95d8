// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTGeometryFile.h"

#include "tweedieAtomicFile.h"
#include "tweedieCTGeometryXml.h"
#include "tweedieCTMatrix.h"
#include "tweedieFieldText.h"

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
/** What the arithmetic between a view and its numbers leaves: some tens of times the rounding of 360 degrees, and of
 * the largest length. */
constexpr double angleNoise = 5e-13;
constexpr double lengthNoise = 1e-14;

/** Of a parallel detector at the isocentre: the rays are the same lines, and RTK makes not-a-number of a distance of 0.
 */
constexpr double parallelDistance = 1000.0;

/** The number with nine decimals where that is what it was before the arithmetic: 600 for 599.9999999999999. */
double
Tidy(double value, double noise)
{
  const double decimal = std::round(value * 1e9) / 1e9;
  return std::abs(decimal - value) <= noise ? decimal + 0.0 : value; // no minus zero
}

std::vector<CTGantry>
TidyGantries(const CTGeometry & geometry)
{
  std::vector<CTGantry> gantries;
  for (const auto & view : geometry.views)
  {
    CTGantry gantry = GantryOfView(view, geometry.beam, geometry.detectorRadius);
    const double size = std::max({1.0, std::abs(gantry.sid), std::abs(gantry.sdd), geometry.detectorRadius});
    for (const auto & field : GantryFields())
    {
      double & value = gantry.*(field.value);
      const double noise = field.isAngle ? angleNoise : lengthNoise * size;
      value = Tidy(value, noise);
      value = field.isAngle && value == 360.0 ? 0.0 : value;
      const double first = gantries.empty() ? value : gantries[0].*(field.value);
      value = std::abs(value - first) <= noise ? first : value;
    }
    if (geometry.beam == CTBeam::Parallel && gantry.sid == 0.0)
    {
      gantry.sid = parallelDistance;
    }
    gantries.push_back(gantry);
  }
  return gantries;
}

bool
IsConstant(const std::vector<CTGantry> & gantries, const GantryField & field)
{
  return std::all_of(gantries.begin(),
                     gantries.end(),
                     [&](const CTGantry & g) { return g.*(field.value) == gantries[0].*(field.value); });
}

std::string
Element(const std::string & name, double value)
{
  return "    <" + name + ">" + NumberText(value) + "</" + name + ">\n";
}

std::string
MatrixText(const CTMatrix & matrix)
{
  std::string text = "    <Matrix>\n";
  for (std::size_t row = 0; row < 3; ++row)
  {
    text += "       ";
    for (std::size_t column = 0; column < 4; ++column)
    {
      text += " " + NumberText(matrix[4 * row + column] + 0.0);
    }
    text += "\n";
  }
  return text + "    </Matrix>\n";
}

std::string
GeometryText(const CTGeometry & geometry)
{
  const auto gantries = TidyGantries(geometry);
  std::string text = "<?xml version=\"1.0\"?>\n<!DOCTYPE RTKGEOMETRY>\n";
  text += geometry.beam == CTBeam::Fan ? "<?tweedie beam=\"fan\"?>\n" : "";
  text += "<RTKThreeDCircularGeometry version=\"3\">\n";
  std::vector<GantryField> changing;
  for (const auto & field : GantryFields())
  {
    const double first = gantries[0].*(field.value);
    if (field.value == &CTGantry::gantryAngle || !IsConstant(gantries, field))
    {
      changing.push_back(field);
    }
    else if (first != 0.0 || field.value == &CTGantry::sid || field.value == &CTGantry::sdd)
    {
      text += Element(field.name, first);
    }
  }
  text += geometry.detectorRadius > 0.0 ? Element("RadiusCylindricalDetector", geometry.detectorRadius) : "";
  for (const auto & gantry : gantries)
  {
    text += "  <Projection>\n";
    for (const auto & field : changing)
    {
      text += Element(field.name, gantry.*(field.value));
    }
    text += MatrixText(MatrixOfGantry(gantry)) + "  </Projection>\n";
  }
  return text + "</RTKThreeDCircularGeometry>\n";
}
} // namespace

void
WriteCTGeometry(const std::string & path, const CTGeometry & geometry)
{
  geometry.Require();
  WriteTextAtomically(path, GeometryText(geometry));
}
} // namespace tweedie
