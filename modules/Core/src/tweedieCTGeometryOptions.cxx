// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTGeometryOptions.h"

#include "tweedieError.h"
#include "tweedieFieldText.h"

#include <cmath>

namespace tweedie
{
namespace
{
[[noreturn]] void
Refuse(const std::string & name, const std::string & given, const std::string & required)
{
  throw UsageError("--" + name + ": given " + given + "; required " + required);
}

void
RequireZero(const char * name, double value, const std::string & type)
{
  if (value != 0.0)
  {
    Refuse(name, NumberText(value), "0 for --type " + type);
  }
}

void
RequireMeaning(const CTGeometryOptions & o)
{
  ValidateOptions(o);
  if (o.arc && *o.arc == 0.0)
  {
    Refuse("arc", "0", "an angle that is not 0");
  }
  if (o.type == "parallel")
  {
    RequireZero("source-offset-x", o.sourceOffsetX, o.type);
    RequireZero("source-offset-y", o.sourceOffsetY, o.type);
    RequireZero("detector-radius", o.detectorRadius, o.type);
  }
  else if (o.sdd < o.sid)
  {
    Refuse("sdd", NumberText(o.sdd), "at least --sid, " + NumberText(o.sid));
  }
  if (o.type == "fan-equiangular" && o.detectorRadius != 0.0 && o.detectorRadius != o.sdd)
  {
    Refuse("detector-radius", NumberText(o.detectorRadius), "none for --type fan-equiangular: its radius is --sdd");
  }
  if (o.type != "helical")
  {
    RequireZero("table-feed", o.tableFeed, o.type);
  }
  else if (o.tableFeed == 0.0)
  {
    Refuse("table-feed", "0", "the table's way in a turn for --type helical");
  }
}
} // namespace

void
CTGeometryOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("type", "of the scan").Choices({"parallel", "fan", "fan-equiangular", "cone", "helical"}), type);
  v.Visit(Field("views", "number of views").Range(1, 200000), views);
  v.Visit(
      Field("arc",
            "that the views cover, the step after the last one included; not given: 180 for parallel rays, else 360; "
            "negative: the other way round; of a helix any number of turns")
          .Unit("degrees")
          .Range(-1e6, 1e6),
      arc);
  v.Visit(Field("first-angle", "gantry angle of the first view").Unit("degrees").Range(-360.0, 360.0), firstAngle);
  v.Visit(Field("sid", "from the source to the isocentre").Unit("mm").Above(0.0), sid);
  v.Visit(Field("sdd", "from the source to the detector; not used by parallel rays").Unit("mm").Above(0.0), sdd);
  v.Visit(Field("projection-offset-x", "of the detector along its rows: u = 0 is there").Unit("mm"), projectionOffsetX);
  v.Visit(Field("projection-offset-y", "of the detector along its columns").Unit("mm"), projectionOffsetY);
  v.Visit(Field("source-offset-x", "of the source along the detector's rows").Unit("mm"), sourceOffsetX);
  v.Visit(Field("source-offset-y", "of the source along the detector's columns").Unit("mm"), sourceOffsetY);
  v.Visit(Field("out-of-plane-angle", "tilt of source and detector out of the plane of rotation")
              .Unit("degrees")
              .Range(-360.0, 360.0),
          outOfPlaneAngle);
  v.Visit(Field("in-plane-angle", "of the detector within its plane").Unit("degrees").Range(-360.0, 360.0),
          inPlaneAngle);
  v.Visit(Field("detector-radius",
                "of a bent detector, whose axis is along its columns; 0: flat, or for fan-equiangular "
                "bent about the source")
              .Unit("mm")
              .Range(0.0),
          detectorRadius);
  v.Visit(Field("table-feed", "helical: way along the axis in a turn of 360 degrees").Unit("mm"), tableFeed);
}

CTGeometry
MakeCTGeometry(const CTGeometryOptions & o)
{
  RequireMeaning(o);
  const bool isParallel = o.type == "parallel";
  const bool isFan = o.type == "fan" || o.type == "fan-equiangular";
  CTGeometry geometry;
  geometry.beam = isParallel ? CTBeam::Parallel : isFan ? CTBeam::Fan : CTBeam::Cone;
  geometry.detectorRadius = o.type == "fan-equiangular" ? o.sdd : o.detectorRadius;
  CTGantry gantry;
  gantry.sid = o.sid;
  gantry.sdd = isParallel ? 0.0 : o.sdd;
  gantry.outOfPlaneAngle = o.outOfPlaneAngle;
  gantry.inPlaneAngle = o.inPlaneAngle;
  gantry.sourceOffsetX = o.sourceOffsetX;
  gantry.sourceOffsetY = o.sourceOffsetY;
  gantry.projectionOffsetX = o.projectionOffsetX;
  gantry.projectionOffsetY = o.projectionOffsetY;
  const double arc = o.arc.value_or(isParallel ? 180.0 : 360.0);
  const auto count = static_cast<double>(o.views);
  for (std::int64_t k = 0; k < o.views; ++k)
  {
    const auto index = static_cast<double>(k);
    gantry.gantryAngle = std::fmod(o.firstAngle + index * arc / count, 360.0);
    CTView view = ViewOfGantry(gantry, geometry.detectorRadius);
    const double feed = (index - 0.5 * (count - 1.0)) * arc / count * o.tableFeed / 360.0;
    view.detector[1] += feed;
    if (!isParallel) // whose source is a direction
    {
      view.source[1] += feed;
    }
    geometry.views.push_back(view);
  }
  geometry.Require();
  return geometry;
}
} // namespace tweedie
