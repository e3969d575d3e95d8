// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieImageInput_h
#define tweedieImageInput_h

#include "tweedieCommandLine.h"
#include "tweedieDicomSeries.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
constexpr char ImageHeading[] = "Image as input: a DICOM series or file; --series all: one after the other";
constexpr char SimulationHeading[] = "Measurement of an image (--simulate)";

/** How an image, a DICOM series above all, is the input of tweedie reconstruct. */
struct ImageInputOptions
{
  bool simulate = false;
  std::string slices;
  DicomReadOptions dicom;
  bool deterministicUids = false;

  void Visit(OptionVisitor & v);
};

/** An image that is reconstructed: as it is (restoration), or after a measurement of it was simulated. */
struct ImageInput
{
  Volume image;
  std::optional<DicomSeries> series; ///< where it came from, and goes back to
  std::string digest;                ///< SHA-256 of values and grid
  std::vector<std::string> warnings;
};

/** Reads the image of a file or series, the slices of it that are asked for. Throws as ReadInputImage and
 * ParseSliceRange. */
ImageInput ReadImageInput(const std::string & path, const ImageInputOptions & options);

/** Throws UsageError for flags of an image where the input is none, and of its measurement without --simulate;
 * isDicom: DICOM is written, whatever the input. */
void CheckImageFlags(const CommandLine & line, const ImageInputOptions & options, bool isImage, bool isDicom = false);

/** Hands fields on under the names that they have here. */
void VisitSimulation(OptionVisitor & v, const std::function<void(OptionVisitor &)> & visit);

/** Whether a path is a folder of DICOM images, or one of them; projections are none. */
bool IsDicomImages(const std::string & path);

/** Throws UsageError for a path of DICOM images, which are no measurement. */
void RequireMeasurement(const std::string & path);

/** Options of a simulation whose noise and seed are not those of the reconstruction: --simulate-noise,
 * --simulate-seed. */
template <typename TOptions> struct SimulationFlags
{
  TOptions options;

  void
  Visit(OptionVisitor & v)
  {
    VisitSimulation(v, [this](OptionVisitor & renamed) { options.Visit(renamed); });
  }
};
} // namespace tweedie

#endif
