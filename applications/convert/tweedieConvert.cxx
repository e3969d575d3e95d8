// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieInputImage.h"
#include "tweedieMRIRawFile.h"
#include "tweedieOutputs.h"
#include "tweedieRawInput.h"
#include "tweedieRunOptions.h"
#include "tweedieScanFile.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

namespace tweedie
{
namespace
{
struct ConvertOptions
{
  bool overwrite = false;
  DicomReadOptions dicom;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("overwrite", "replace an output that exists"), overwrite);
    dicom.Visit(v);
  }
};

void
ConvertRaw(const std::string & input, const std::string & output, const RawInputOptions & raw, bool overwrite)
{
  const auto checked = [&](bool withTrajectory)
  {
    Outputs outputs(overwrite);
    outputs.AddInput(input);
    outputs.AddScan("OUTPUT", output, {false, withTrajectory});
    return outputs;
  };
  checked(false); // before the work
  const MRIScan scan = ReadScanInput(input, raw).scan;
  const Outputs outputs = checked(!IsCartesian(scan));
  for (const std::string & warning : scan.warnings)
  {
    Warn(warning);
  }
  outputs.Write([&] { WriteScan(output, scan); });
  Print(output + ": " + std::to_string(scan.kspace.GetGrid().size.z) + " slice(s), " +
        std::to_string(scan.kspace.Channels()) + " coils\n");
}

void
ConvertImage(const std::string & input, const std::string & output, const ConvertOptions & options)
{
  Outputs outputs(options.overwrite);
  outputs.AddInput(input);
  outputs.AddImage("OUTPUT", output, true);
  const Volume image = ReadInputImage(input, options.dicom);
  outputs.Write([&] { WriteImage(output, image); });
}
} // namespace

void
RunConvert(CommandLine & line)
{
  std::string input, output;
  ConvertOptions options;
  RawInputOptions raw;
  line.AddPositional("INPUT", "ISMRMRD raw data (- for a stream), or an image or DICOM series", input);
  line.AddPositional("OUTPUT",
                     "of raw data a scan (.cfl, .hdr and .json), of an image any image format",
                     output,
                     PathKind::File,
                     true);
  line.Add("Options", options);
  line.Add(RawHeading, raw);
  line.AddExample("tweedie convert knee.h5 knee.cfl");
  line.AddExample("tweedie convert dicom-folder head.nii.gz");
  if (!line.Parse())
  {
    return;
  }
  if (input == "-" || IsMRIRawFile(input))
  {
    ConvertRaw(input, output, raw, options.overwrite);
    return;
  }
  if (!line.GivenUnder(RawHeading).empty())
  {
    throw UsageError("--" + line.GivenUnder(RawHeading)[0] + ": given for an image; required raw data");
  }
  ConvertImage(input, output, options);
}
} // namespace tweedie
