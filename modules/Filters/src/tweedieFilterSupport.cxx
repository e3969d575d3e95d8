// SPDX-License-Identifier: Apache-2.0
#include "tweedieFilterSupport.h"

#include "tweedieFieldText.h"
#include "tweedieVersion.h"

#include <itkMetaDataObject.h>

#include <algorithm>
#include <limits>
#include <ostream>

namespace tweedie
{
void
OptionsPrinter::Print(const Field & field, const std::string & text)
{
  m_Stream << m_Indent << field.name << ": " << (text.empty() ? "(none)" : text);
  if (!text.empty() && field.unit[0] != '\0')
  {
    m_Stream << ' ' << field.unit;
  }
  m_Stream << '\n';
}

void
OptionsPrinter::Visit(const Field & field, bool & value)
{
  Print(field, value ? "On" : "Off");
}

void
OptionsPrinter::Visit(const Field & field, std::int64_t & value)
{
  Print(field, std::to_string(value));
}

void
OptionsPrinter::Visit(const Field & field, double & value)
{
  Print(field, NumberText(value));
}

void
OptionsPrinter::Visit(const Field & field, std::string & value)
{
  Print(field, value);
}

void
OptionsPrinter::Visit(const Field & field, std::optional<double> & value)
{
  Print(field, value ? NumberText(*value) : "");
}

void
OptionsPrinter::Visit(const Field & field, std::optional<std::int64_t> & value)
{
  Print(field, value ? std::to_string(*value) : "");
}

void
OptionsPrinter::Visit(const Field & field, std::vector<double> & value)
{
  std::string text;
  for (const double number : value)
  {
    text += (text.empty() ? "" : " ") + NumberText(number);
  }
  Print(field, text);
}

void
OptionsPrinter::Visit(const Field & field, std::vector<std::string> & value)
{
  std::string text;
  for (const std::string & word : value)
  {
    text += (text.empty() ? "" : " ") + word;
  }
  Print(field, text);
}

void
AddProvenance(itk::MetaDataDictionary & metadata, const Summary & summary)
{
  const auto add = [&](const char * key, const std::string & value)
  { itk::EncapsulateMetaData<std::string>(metadata, std::string("Tweedie_") + key, value); };
  add("Version", Version);
  add("Method", summary.method);
  add("Guidance", summary.guidance);
  add("Prior", summary.prior);
  add("Steps", std::to_string(summary.steps));
  add("Samples", std::to_string(summary.samples));
  add("Seed", std::to_string(summary.seed));
  add("NetworkEvaluations", std::to_string(summary.networkEvaluations));
  add("DataFit", NumberText(summary.dataFit));
  add("Deviation", ToString(summary.deviationKind));
}

std::string
GeometryText(const CTGeometry & geometry)
{
  const char * const beam = geometry.beam == CTBeam::Parallel ? "parallel"
                            : geometry.beam == CTBeam::Fan    ? "fan"
                                                              : "cone";
  return std::to_string(geometry.views.size()) + " views, " + beam + " beam, " +
         (geometry.detectorRadius > 0.0 ? "detector of radius " + NumberText(geometry.detectorRadius) + " mm"
                                        : "flat detector");
}

void
MakeBinary(Volume & mask)
{
  std::transform(mask.Data(), mask.Data() + mask.NumberOfElements(), mask.Data(), [](float v) { return v != 0.0f; });
}

Volume
UnknownVolume(const Grid & grid, std::int64_t channels)
{
  Volume volume(grid, Volume::Element::Real, channels);
  std::fill_n(volume.Data(), volume.NumberOfElements(), std::numeric_limits<float>::quiet_NaN());
  return volume;
}
} // namespace tweedie
