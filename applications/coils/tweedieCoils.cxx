// SPDX-License-Identifier: Apache-2.0
#include "tweedieCoilMapFile.h"
#include "tweedieCommandLine.h"
#include "tweedieError.h"
#include "tweedieOutputs.h"
#include "tweedieProgressDisplay.h"
#include "tweedieRawInput.h"
#include "tweedieRunOptions.h"
#include "tweedieRunRecord.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

#include <chrono>

namespace tweedie
{
namespace
{
struct CoilFiles
{
  std::string input;
  std::string output;
  std::string eigenvalues;
  ScanTrajectoryFlags trajectory;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(
        Field("output",
              "coil maps to write, one channel a coil, set by set: .cfl (sets in dimension 4), .nii.gz, .mha, .nrrd")
            .Writes(PathKind::File),
        output);
    v.Visit(Field("eigenvalues", "espirit: how well the coils explain each pixel, 0 to 1, to write")
                .Writes(PathKind::Image),
            eigenvalues);
    trajectory.Visit(v);
  }
};
} // namespace

void
RunCoils(CommandLine & line)
{
  CoilFiles files;
  RawInputOptions raw;
  CoilMapOptions options;
  RunOptions run;
  line.AddPositional(
      "SCAN",
      "scan, BART k-space or ISMRMRD file whose centre is sampled, on a grid or along a trajectory; - for a stream",
      files.input);
  line.Add("Files", files, {"field-map", "dwell-time"});
  line.Add(MapsHeading, options);
  line.Add(RawHeading, raw, {"trajectory-unit"});
  line.Add("Run", run);
  line.Require({"output"});
  line.AddExample("tweedie coils knee.h5 --output maps.cfl --eigenvalues explained.nii.gz");
  if (!line.Parse())
  {
    return;
  }
  if (options.method != "espirit" && !files.eigenvalues.empty())
  {
    throw UsageError("--eigenvalues: given with --coil-method " + options.method + "; required espirit");
  }
  raw.preparation.trajectoryUnit = files.trajectory.unit;
  UseThreads(run.threads);
  Outputs outputs(run.overwrite);
  outputs.AddInput(files.input);
  outputs.AddInput(files.trajectory.file);
  outputs.AddImage("--output", files.output);
  outputs.AddImage("--eigenvalues", files.eigenvalues);
  outputs.AddFile("--output", RunRecordPath(files.output));

  MRIPrepared input = ReadScanInput(files.input, raw, files.trajectory);
  for (const std::string & warning : input.scan.warnings)
  {
    Warn(warning);
  }
  const auto begin = std::chrono::steady_clock::now();
  ProgressDisplay progress(run.progress);
  const CoilMaps result = EstimateMaps(input, options, progress.Callback());
  progress.Clear();
  Summary summary;
  summary.method = "coils " + options.method;
  summary.wallSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  outputs.Write(
      [&]
      {
        WriteSets(files.output, result.maps, result.sets);
        if (!files.eigenvalues.empty())
        {
          WriteSets(files.eigenvalues, result.eigenvalues, result.sets);
        }
        WriteRunRecord(files.output, summary, line);
      });
  Print(files.output + ": " + (result.sets > 1 ? std::to_string(result.sets) + " sets of maps of " : "maps of ") +
        std::to_string(result.maps.Channels() / result.sets) + " coils, " +
        std::to_string(result.maps.GetGrid().size.z) + " slice(s)\n");
}
} // namespace tweedie
