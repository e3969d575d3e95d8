// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieCTGeometryXml_h
#define tweedieCTGeometryXml_h

#include "tweedieCTGeometry.h"

#include <array>
#include <string>

namespace tweedie
{
/** An element of a geometry file and the number that it holds. */
struct GantryField
{
  const char * name;
  double CTGantry::*value;
  bool isAngle;
};

/** In the order in which they are written. */
inline const std::array<GantryField, 9> &
GantryFields()
{
  static const std::array<GantryField, 9> fields = {{
      {"SourceToIsocenterDistance", &CTGantry::sid, false},
      {"SourceToDetectorDistance", &CTGantry::sdd, false},
      {"SourceOffsetX", &CTGantry::sourceOffsetX, false},
      {"SourceOffsetY", &CTGantry::sourceOffsetY, false},
      {"ProjectionOffsetX", &CTGantry::projectionOffsetX, false},
      {"ProjectionOffsetY", &CTGantry::projectionOffsetY, false},
      {"InPlaneAngle", &CTGantry::inPlaneAngle, true},
      {"OutOfPlaneAngle", &CTGantry::outOfPlaneAngle, true},
      {"GantryAngle", &CTGantry::gantryAngle, true},
  }};
  return fields;
}

/** nullptr for another element. "Angle" is what version 2 may call the gantry angle. */
inline const GantryField *
FindGantryField(const std::string & name)
{
  for (const auto & field : GantryFields())
  {
    if (name == field.name || (name == "Angle" && field.value == &CTGantry::gantryAngle))
    {
      return &field;
    }
  }
  return nullptr;
}
} // namespace tweedie

#endif
