// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieFilterSupport_h
#define tweedieFilterSupport_h

#include "tweedieCTGeometry.h"
#include "tweedieOptions.h"
#include "tweedieSummary.h"
#include "tweedieVolume.h"

#include <itkIndent.h>
#include <itkMetaDataDictionary.h>

#include <iosfwd>
#include <string>

namespace tweedie
{
/** Prints every field as a line "name: value unit". */
class OptionsPrinter final : public OptionVisitor
{
public:
  OptionsPrinter(std::ostream & stream, itk::Indent indent) : m_Stream(stream), m_Indent(indent) {}
  void Visit(const Field & field, bool & value) override;
  void Visit(const Field & field, std::int64_t & value) override;
  void Visit(const Field & field, double & value) override;
  void Visit(const Field & field, std::string & value) override;
  void Visit(const Field & field, std::optional<double> & value) override;
  void Visit(const Field & field, std::optional<std::int64_t> & value) override;
  void Visit(const Field & field, std::vector<double> & value) override;
  void Visit(const Field & field, std::vector<std::string> & value) override;

private:
  void Print(const Field & field, const std::string & text);

  std::ostream & m_Stream;
  itk::Indent m_Indent;
};

/** Writes how a result came about into the metadata of an image: Tweedie_Version, _Method, _Guidance, _Prior, _Steps,
 * _Samples, _Seed, _NetworkEvaluations, _DataFit and _Deviation. */
void AddProvenance(itk::MetaDataDictionary & metadata, const Summary & summary);

/** A geometry in one line: "60 views, cone beam, flat detector". */
std::string GeometryText(const CTGeometry & geometry);

/** 1 where a real volume is not zero, in place: masks of ITK are often 0 and 255. */
void MakeBinary(Volume & mask);

/** A real volume filled with not-a-number: what a standard deviation is where there is none. */
Volume UnknownVolume(const Grid & grid, std::int64_t channels = 1);
} // namespace tweedie

#endif
