// SPDX-License-Identifier: Apache-2.0
#include "tweedieCTGeometryFile.h"
#include "tweedieCTScanFile.h"
#include "tweedieCTSimulation.h"
#include "tweedieCommandLine.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieInputImage.h"
#include "tweedieOutputs.h"
#include "tweedieProgressDisplay.h"
#include "tweedieRunOptions.h"
#include "tweedieRunRecord.h"
#include "tweedieSliceSelection.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

#include <chrono>

namespace tweedie
{
namespace
{
struct Files
{
  std::string image;
  std::string slices;
  std::string geometry;
  std::string output;
  std::string reference;
  DicomReadOptions dicom;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("image", "image to scan, in Hounsfield units or 1/mm: NIfTI, MHA or NRRD").Reads(PathKind::Image),
            image);
    v.Visit(Field("slices", "axial slices, numbered from 0 in the file's order, both ends included; all if not given")
                .Unit("FIRST:LAST[:STEP]"),
            slices);
    v.Visit(Field("geometry", "views, in RTK's XML format: tweedie geometry ct makes one").Reads(PathKind::File),
            geometry);
    v.Visit(Field("output", "projections to write (u, v, view), their description (.json) beside them")
                .Writes(PathKind::File),
            output);
    v.Visit(Field("reference", "the selected slices themselves to write").Writes(PathKind::Image), reference);
    dicom.Visit(v);
  }
};

Outputs
CheckedOutputs(const Files & files, bool overwrite)
{
  Outputs outputs(overwrite);
  outputs.AddInput(files.image);
  outputs.AddInput(files.geometry);
  for (const std::string & file : CTScanFiles(files.output))
  {
    outputs.AddFile("--output", file);
  }
  RequireWritableImage(files.output, overwrite);
  outputs.AddImage("--reference", files.reference);
  outputs.AddFile("--output", RunRecordPath(files.output));
  return outputs;
}

std::string
Report(const CTScan & scan, const std::string & output)
{
  const Axes<std::int64_t> size = scan.projections.GetGrid().size;
  return output + ": " + std::to_string(size.z) + " views of " + std::to_string(size.x) + " x " +
         std::to_string(size.y) + (scan.isCounts ? ", counts\n" : ", line integrals\n");
}
} // namespace

void
RunSimulateCT(CommandLine & line)
{
  Files files;
  CTSimulationOptions options;
  RunOptions run;
  line.Add("Files", files);
  line.Add("Scan", options);
  line.Add("Run", run);
  line.Require({"image", "geometry", "output"});
  line.AddExample(
      "tweedie simulate ct --image head.nii.gz --slices 36:47 --geometry g.xml --photons 1e5 --electronic 10 "
      "--output projections.mha --reference truth.nii.gz");
  if (!line.Parse())
  {
    return;
  }
  UseThreads(run.threads);
  const Outputs outputs = CheckedOutputs(files, run.overwrite);
  const auto begin = std::chrono::steady_clock::now();
  const CTGeometry geometry = ReadCTGeometry(files.geometry);
  const Volume image = SelectSlices(ReadInputImage(files.image, files.dicom), "axial", files.slices);
  ProgressDisplay progress(run.progress);
  const CTScan scan = SimulateCT(image, geometry, options, progress.Callback());
  progress.Clear();
  for (const std::string & warning : scan.warnings)
  {
    Warn(warning);
  }
  Summary summary;
  summary.method = "simulate ct";
  summary.seed = static_cast<std::uint64_t>(options.seed);
  summary.warnings = scan.warnings;
  summary.wallSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  outputs.Write(
      [&]
      {
        WriteCTScan(files.output, scan);
        if (!files.reference.empty())
        {
          WriteImage(files.reference, image);
        }
        WriteRunRecord(files.output, summary, line);
      });
  Print(Report(scan, files.output));
}
} // namespace tweedie
