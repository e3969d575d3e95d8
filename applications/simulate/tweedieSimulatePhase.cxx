// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieInputImage.h"
#include "tweedieOutputs.h"
#include "tweediePhaseScanFile.h"
#include "tweediePhaseSimulation.h"
#include "tweediePhaseText.h"
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
  std::string axis = "axial";
  std::string slices;
  std::vector<double> size;
  std::string codes;
  std::string output;
  std::string reference;
  DicomReadOptions dicom;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("image", "image whose slices are the objects, real or complex: NIfTI, MHA, NRRD, PNG or DICOM")
                .Reads(PathKind::Image),
            image);
    v.Visit(Field("axis", "what a slice is, by the image's orientation").Choices({"axial", "coronal", "sagittal"}),
            axis);
    v.Visit(Field("slices",
                  "slices along the axis, numbered from 0 in the file's order, both ends included; all if not given")
                .Unit("FIRST:LAST[:STEP]"),
            slices);
    v.Visit(Field("size", "central part of each slice, zero beyond it; all of it if not given").Unit("X,Y"), size);
    v.Visit(Field("codes", "coded: a complex image, a channel for each pattern, in place of drawn ones")
                .Reads(PathKind::File),
            codes);
    v.Visit(Field("output",
                  "patterns to write: .mha, .nrrd or .nii.gz with a description (.json), mask, codes and support "
                  "beside them, or .cxi, .nxs, .h5")
                .Writes(PathKind::File),
            output);
    v.Visit(
        Field("reference", "the objects themselves to write, in their units and on their grid").Writes(PathKind::Image),
        reference);
    dicom.Visit(v);
  }
};

Outputs
CheckedOutputs(const Files & files, bool overwrite)
{
  Outputs outputs(overwrite);
  outputs.AddInput(files.image);
  outputs.AddInput(files.codes);
  for (const std::string & file : PhaseScanFiles(files.output))
  {
    outputs.AddFile("--output", file);
  }
  RequireWritablePhaseScan(files.output, overwrite);
  outputs.AddImage("--reference", files.reference);
  outputs.AddFile("--output", RunRecordPath(files.output));
  return outputs;
}
} // namespace

void
RunSimulatePhase(CommandLine & line)
{
  Files files;
  PhaseSimulationOptions options;
  RunOptions run;
  line.Add("Files", files);
  line.Add("Experiment", options);
  line.Add("Run", run);
  line.Require({"image", "output"});
  line.AddExample("tweedie simulate phase --image ch2.nii.gz --slices 84:84 --size 128,128 --experiment coded "
                  "--patterns 4 --noise 0.05 --output coded.cxi --reference truth.nii.gz");
  line.AddExample("tweedie simulate phase --image head.nii.gz --hounsfield --slices 40:43 --oversampling 2 "
                  "--noise-model poisson --photons 1e7 --beam-stop 2 --output far.cxi --reference truth.nii.gz");
  if (!line.Parse())
  {
    return;
  }
  UseThreads(run.threads);
  const Outputs outputs = CheckedOutputs(files, run.overwrite);
  const auto begin = std::chrono::steady_clock::now();
  const Volume slices = SelectSlices(ReadInputImage(files.image, files.dicom), files.axis, files.slices);
  const Volume image = WindowOf(slices, files.size);
  const Volume codes = files.codes.empty() ? Volume() : ReadImage(files.codes);
  ProgressDisplay progress(run.progress);
  const PhaseScan scan = SimulatePhase(image, options, codes, progress.Callback());
  progress.Clear();
  for (const std::string & warning : scan.warnings)
  {
    Warn(warning);
  }
  Summary summary;
  summary.method = "simulate phase";
  summary.seed = static_cast<std::uint64_t>(options.seed);
  summary.warnings = scan.warnings;
  summary.wallSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  outputs.Write(
      [&]
      {
        WritePhaseScan(files.output, scan);
        if (!files.reference.empty())
        {
          WriteImage(files.reference, PhaseObject(image, scan));
        }
        WriteRunRecord(files.output, summary, line);
      });
  Print(files.output + ": " + PhaseText(scan) + "\n");
}
} // namespace tweedie
