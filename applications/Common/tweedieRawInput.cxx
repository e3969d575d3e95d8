// SPDX-License-Identifier: Apache-2.0
#include "tweedieRawInput.h"

#include "tweedieDicomRawSource.h"
#include "tweedieError.h"
#include "tweedieMRIModel.h"
#include "tweedieMRIRawFile.h"
#include "tweediePartialFourier.h"
#include "tweedieSampledLines.h"
#include "tweedieScanFile.h"

#include <iostream>

namespace tweedie
{
namespace
{
void
FillOrigin(RawOrigin & origin, const MRIRaw & raw, const MRIPreparationOptions & options, const Grid & grid)
{
  origin.header = raw.header;
  if (origin.wantsSeries)
  {
    origin.digest = DigestOf(raw);
    origin.series = DicomSeriesOfRaw(raw, origin.digest, options.encoding.value_or(0), options.contrast.value_or(0));
    origin.series->grid = grid;
  }
}

MRIPrepared
ReadUnfilled(const std::string & path,
             const RawInputOptions & options,
             const ScanTrajectoryFlags & trajectory,
             RawOrigin * origin)
{
  if (!IsRawInput(path))
  {
    MRIScan scan = ReadScan(path, {trajectory.file, trajectory.imageSize});
    if (!trajectory.file.empty())
    {
      SetTrajectoryUnit(scan, trajectory.unit);
    }
    return {std::move(scan), Volume()};
  }
  if (!trajectory.file.empty())
  {
    throw UsageError("--trajectory: given for raw data, which carry their own; required a BART k-space or a scan");
  }
  const MRIRaw raw = path == "-" ? ReadMRIRawStream(std::cin, "standard input") : ReadMRIRaw(path, options.dataset);
  MRIPrepared prepared = PrepareMRI(raw, options.preparation);
  if (origin != nullptr)
  {
    FillOrigin(*origin, raw, options.preparation, ImageGridOf(prepared.scan));
  }
  return prepared;
}
} // namespace

void
RawInputOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("dataset", "group of the file; 'dataset', or the only one, if not given").Unit("NAME"), dataset);
  v.Visit(Field("partial-fourier", "fill the side of k-space that was not measured; none: zeros, not measured")
              .Choices({"none", "homodyne", "pocs"}),
          partialFourier);
  preparation.Visit(v);
}

bool
IsRawInput(const std::string & path)
{
  return path == "-" || IsMRIRawPath(path);
}

MRIPrepared
ReadScanInput(const std::string & path,
              const RawInputOptions & options,
              const ScanTrajectoryFlags & trajectory,
              RawOrigin * origin)
{
  MRIPrepared result = ReadUnfilled(path, options, trajectory, origin);
  if (!trajectory.fieldMap.empty())
  {
    const double stated = 1e-6 * trajectory.dwellTime;
    SetFieldMapFromFile(result.scan, trajectory.fieldMap, stated > 0.0 ? stated : result.scan.field.dwellTime);
  }
  if (options.partialFourier != "none")
  {
    RequireCartesian(result.scan, "--partial-fourier");
    FillPartialFourier(result.scan, options.partialFourier);
  }
  return result;
}

CoilMaps
EstimateMaps(MRIPrepared & input, const CoilMapOptions & options, const ProgressCallback & progress)
{
  const Volume & calibration = input.calibration;
  CoilMaps result = calibration.IsEmpty()
                        ? EstimateCoilMaps(input.scan, options, progress)
                        : EstimateCoilMaps(calibration, FindSampledLines(calibration).mask, options, progress);
  input.scan.sensitivities = result.maps;
  input.scan.mapSets = result.sets;
  return result;
}
} // namespace tweedie
