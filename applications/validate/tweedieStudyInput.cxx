// SPDX-License-Identifier: Apache-2.0
#include "tweedieStudyInput.h"

#include "tweedieCTScanFile.h"
#include "tweedieCTStudy.h"
#include "tweedieError.h"
#include "tweedieFileKind.h"
#include "tweedieImageFile.h"
#include "tweedieMRIStudy.h"
#include "tweedieModelFile.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePhaseStudy.h"
#include "tweediePriorTable.h"
#include "tweedieScanFile.h"
#include "tweedieVolumeDigest.h"

namespace tweedie
{
namespace
{
/** The shared options in those of a kind, whose own defaults stay where nothing else was asked for. */
template <typename TOptions>
TOptions
KindOptions(const PosteriorOptions & shared, CommandLine & line)
{
  TOptions options;
  const TOptions defaults;
  static_cast<PosteriorOptions &>(options) = shared;
  if (!line.IsSet("inner-iterations"))
  {
    options.innerIterations = defaults.innerIterations;
  }
  return options;
}

StudyInput
ReadMRI(const StudyInputOptions & options, const PosteriorOptions & shared)
{
  MRIScan scan = ReadScan(options.scan);
  if (!options.sensitivities.empty())
  {
    SetSensitivitiesFromFile(scan, options.sensitivities);
  }
  StudyInput input;
  input.digest = DigestOf(scan.kspace);
  input.noiseSource = options.noise ? "given"
                      : scan.noise  ? "stated by the scan"
                                    : "estimated from the corners of k-space";
  input.warnings = scan.warnings;
  input.factor = scan.scale;
  input.image = scan.kspace.GetGrid();
  input.posterior = shared;
  input.protocol = options.needsProtocol ? ScanFacts(scan, options.noise) : ProtocolFacts();
  input.study = std::make_unique<MRIStudy>(std::move(scan), shared);
  input.units = "a.u.";
  return input;
}

StudyInput
ReadCT(const StudyInputOptions & options, const PosteriorOptions & shared, CommandLine & line)
{
  CTScan scan = ReadCTScan(options.scan, options.geometry);
  CTPosteriorOptions posterior = KindOptions<CTPosteriorOptions>(shared, line);
  posterior.modelDeviation = options.modelDeviation;
  posterior.muWater = options.muWater.value_or(scan.muWater.value_or(posterior.muWater));
  const Grid grid = options.like.empty() ? ImageGridOf(scan) : ReadImage(options.like).GetGrid();
  StudyInput input;
  input.digest = DigestOf(scan.projections);
  input.noiseSource = options.noise ? "given" : "photons, electronics and the model's deviation";
  input.warnings = scan.warnings;
  input.factor = 1000.0 / posterior.muWater;
  input.image = grid;
  input.posterior = posterior;
  input.protocol = ScanFacts(scan, posterior.modelDeviation) + GridFacts(grid);
  input.offset = -1000.0;
  input.study = std::make_unique<CTStudy>(std::move(scan), grid, posterior);
  input.units = "HU";
  return input;
}

StudyInput
ReadPhase(const StudyInputOptions & options,
          const PosteriorOptions & shared,
          const PhaseReadOptions & patterns,
          CommandLine & line)
{
  PhaseScan scan = ReadPhaseScan(options.scan, patterns);
  StudyInput input;
  input.digest = DigestOf(scan.patterns);
  input.noiseSource = options.noise ? "given" : scan.isCounts ? "counts" : "stated by the scan";
  input.warnings = scan.warnings;
  input.image = scan.object;
  input.protocol = ScanFacts(scan);
  const auto posterior = KindOptions<PhasePosteriorOptions>(shared, line);
  input.posterior = posterior;
  input.study = std::make_unique<PhaseStudy>(std::move(scan), posterior);
  input.units = "units of the object";
  return input;
}
} // namespace

void
StudyInputOptions::Visit(OptionVisitor & v)
{
  v.Visit(
      Field("geometry", "ct: views, in RTK's XML format; not needed for a DICOM-CT-PD folder").Reads(PathKind::File),
      geometry);
  v.Visit(Field("like", "ct: image whose grid to reconstruct on; if not given: what simulate recorded")
              .Reads(PathKind::Image),
          like);
  v.Visit(Field("sensitivities", "mri: coil maps, one channel per coil, in place of the scan's").Reads(PathKind::File),
          sensitivities);
  v.Visit(Field("model-deviation", "ct: what the projector is wrong by, of a line integral, beside the noise of counts")
              .Range(0, 10),
          modelDeviation);
  v.Visit(Field("mu-water", "ct: attenuation of water; not given: what the projections say, else 0.02")
              .Unit("1/mm")
              .Above(0)
              .Range(0, 10),
          muWater);
  v.Visit(Field("noise",
                "standard deviation of the noise in place of what the scan says: of a complex sample (mri), a line "
                "integral (ct), an amplitude (phase)")
              .Above(0),
          noise);
}

void
StudyInputOptions::SetWords(const std::vector<std::string> & words)
{
  if (words.size() > 2)
  {
    throw UsageError("'" + words[2] + "': unexpected argument; required one scan");
  }
  scan = words.back();
  if (words.size() == 2)
  {
    kind = words[0];
    if (kind != "mri" && kind != "ct" && kind != "phase")
    {
      throw UsageError("'" + kind + "': unknown kind of scan; required mri, ct or phase");
    }
    return;
  }
  const std::string found = FileKindOf(scan);
  kind = found == "patterns" ? "phase" : found == "scan" ? "mri" : "ct";
  if (found == "model" || (found == "image" && geometry.empty()) || found == "dicom")
  {
    throw UsageError(scan + ": looks like " + (found == "image" ? "an " : "a ") + found +
                     "; required k-space, projections with --geometry, or diffraction patterns (say which: mri, ct or "
                     "phase)");
  }
}

StudyInput
ReadStudy(const StudyInputOptions & options,
          const PosteriorOptions & shared,
          const PhaseReadOptions & patterns,
          CommandLine & line)
{
  PosteriorOptions posterior = shared;
  posterior.noise = options.noise;
  StudyInput input = options.kind == "mri"  ? ReadMRI(options, posterior)
                     : options.kind == "ct" ? ReadCT(options, posterior, line)
                                            : ReadPhase(options, posterior, patterns, line);
  input.priorDigest = FileSha256(shared.prior);
  input.prior = LoadPrior(shared.prior, c10::Device(c10::DeviceType::CPU));
  input.priorScope = input.prior->Card().data + "; held out: " + input.prior->Card().heldOut;
  return input;
}
} // namespace tweedie
