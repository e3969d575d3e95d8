// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"
#include "tweedieImageFile.h"
#include "tweedieImagePart.h"
#include "tweedieInputImage.h"
#include "tweedieMRISimulation.h"
#include "tweedieMRITrajectory.h"
#include "tweedieOutputs.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReportTable.h"
#include "tweedieRunOptions.h"
#include "tweedieRunRecord.h"
#include "tweedieScanFile.h"
#include "tweedieSliceSelection.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

#include <chrono>

namespace tweedie
{
namespace
{
struct SimulateFiles
{
  std::string image;
  std::string axis = "axial";
  std::string slices;
  std::string output;
  std::string reference;
  std::string part = "magnitude";
  TrajectoryFlags trajectory;
  DicomReadOptions dicom;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("image", "real image to measure: NIfTI, MHA, NRRD or BART").Reads(PathKind::Image), image);
    v.Visit(Field("axis", "what a slice is, by the image's orientation").Choices({"axial", "coronal", "sagittal"}),
            axis);
    v.Visit(Field("slices",
                  "slices along the axis, numbered from 0 in the file's order, both ends included; all if "
                  "not given")
                .Unit("FIRST:LAST[:STEP]"),
            slices);
    v.Visit(Field("output", "scan to write: SCAN.cfl, .hdr and .json, and with several coils their maps")
                .Unit("SCAN")
                .Writes(PathKind::File),
            output);
    v.Visit(Field("reference", "noise-free, fully sampled image to write, in the units of the data")
                .Writes(PathKind::Image),
            reference);
    trajectory.Visit(v);
    v.Visit(Field("part", "of the reference").Choices({"magnitude", "complex", "phase"}), part);
    dicom.Visit(v);
  }
};

std::string
Report(const MRISimulation & simulation, const SimulateFiles & files)
{
  const Grid & grid = simulation.scan.kspace.GetGrid();
  const auto & pattern = simulation.pattern;
  if (!IsCartesian(simulation.scan))
  {
    const auto & size = simulation.scan.kspace.GetGrid().size;
    return files.output + ": " + std::to_string(size.z) + " slices, " +
           std::to_string(simulation.scan.kspace.Channels()) + " coils, " + std::to_string(size.y) + " readouts of " +
           std::to_string(size.x) + " samples, effective acceleration " +
           FormatNumber(pattern.effectiveAcceleration, 2) + "\n";
  }
  return files.output + ": " + std::to_string(grid.size.z) + " slices of " + std::to_string(grid.size.x) + " x " +
         std::to_string(grid.size.y) + ", " + std::to_string(simulation.scan.kspace.Channels()) + " coils, " +
         (pattern.lines == 0 ? "single samples"
                             : std::to_string(pattern.lines) + " of " + std::to_string(grid.size.y) + " lines (" +
                                   std::to_string(pattern.centerLines) + " at the centre)") +
         ", effective acceleration " + FormatNumber(pattern.effectiveAcceleration, 2) + "\n";
}
} // namespace

void
RunSimulateMRI(CommandLine & line)
{
  SimulateFiles files;
  MRISimulationOptions options;
  RunOptions run;
  line.Add("Files", files);
  line.Add("Acquisition", options);
  line.Add("Run", run);
  line.Require({"image", "output"});
  line.AddExample("tweedie simulate mri --image ch2.nii.gz --trajectory radial.cfl --output scan");
  line.AddExample("tweedie simulate mri --image ch2.nii.gz --slices 84:107 --acceleration 4 --output scan --reference "
                  "truth.nii.gz");
  if (!line.Parse())
  {
    return;
  }
  UseThreads(run.threads);
  Outputs outputs(run.overwrite);
  outputs.AddInput(files.image);
  outputs.AddInput(files.trajectory.file);
  outputs.AddInput(files.trajectory.fieldMap);
  outputs.AddScan("--output",
                  files.output,
                  {options.coils > 1, !files.trajectory.file.empty(), !files.trajectory.fieldMap.empty()});
  outputs.AddImage("--reference", files.reference);
  outputs.AddFile("--output", RunRecordPath(files.output));

  const auto begin = std::chrono::steady_clock::now();
  const Volume image = SelectSlices(ReadInputImage(files.image, files.dicom), files.axis, files.slices);
  ProgressDisplay progress(run.progress);
  const auto simulation = SimulateMRI(image,
                                      options,
                                      progress.Callback(),
                                      TrajectoryFor(files.trajectory, image.GetGrid()),
                                      FieldMapFor(files.trajectory));
  progress.Clear();
  Summary summary;
  summary.method = "simulate mri";
  summary.seed = static_cast<std::uint64_t>(options.seed);
  summary.wallSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  outputs.Write(
      [&]
      {
        WriteScan(files.output, simulation.scan);
        if (!files.reference.empty())
        {
          WriteImage(files.reference, ImagePart(simulation.reference, files.part));
        }
        WriteRunRecord(files.output, summary, line);
      });
  Print(Report(simulation, files));
}
} // namespace tweedie
