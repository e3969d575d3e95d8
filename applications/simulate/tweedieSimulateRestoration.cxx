// SPDX-License-Identifier: Apache-2.0
#include "tweedieCodeFlag.h"
#include "tweedieCommandLine.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieInputImage.h"
#include "tweedieOutputs.h"
#include "tweedieProgressDisplay.h"
#include "tweedieRestorationFile.h"
#include "tweedieRestorationTasks.h"
#include "tweedieRunOptions.h"
#include "tweedieRunRecord.h"
#include "tweedieSliceSelection.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

#include <chrono>
#include <vector>

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
  std::string output;
  std::string reference;
  DicomReadOptions dicom;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("image", "image to degrade, real, complex or in colours: NIfTI, MHA, NRRD, BART or PNG")
                .Reads(PathKind::Image),
            image);
    v.Visit(Field("axis", "what a slice is, by the image's orientation").Choices({"axial", "coronal", "sagittal"}),
            axis);
    v.Visit(Field("slices",
                  "slices along the axis, numbered from 0 in the file's order, both ends included; all if not given")
                .Unit("FIRST:LAST[:STEP]"),
            slices);
    v.Visit(Field("size", "central part of each slice, zero beyond it; all of it if not given").Unit("X,Y"), size);
    v.Visit(Field("output",
                  "degraded image to write, its description (.json) and, where the task has one, its mask or kernel "
                  "beside it")
                .Writes(PathKind::Image),
            output);
    v.Visit(Field("reference", "the selected slices themselves to write").Writes(PathKind::Image), reference);
    dicom.Visit(v);
  }
};

void
RequirePictures(const Files & files, const Volume & image)
{
  for (const std::string & path : {files.output, files.reference})
  {
    RequirePicture(path, image.GetGrid(), image.Channels(), image.IsComplex());
  }
}

/** Inputs and outputs of a run, refused before the work when they cannot be. */
Outputs
CheckedOutputs(const Files & files,
               const RestorationTaskOptions & task,
               const RestorationNoiseOptions & noise,
               bool overwrite)
{
  Outputs outputs(overwrite);
  outputs.AddInput(files.image);
  outputs.AddInput(task.operatorNetwork);
  for (const std::string & file : RestorationFiles(files.output))
  {
    outputs.AddFile("--output", file);
  }
  RequireWritableImage(files.output, overwrite, true);
  outputs.AddImage("--reference", files.reference, true);
  outputs.AddFile("--output", RunRecordPath(files.output));
  if (IsPicturePath(files.output) && noise.model == "poisson")
  {
    throw UsageError("--output: given a picture for Poisson counts in units of the image, which are no whole numbers; "
                     "required .nii, .nii.gz, .mha or .nrrd");
  }
  return outputs;
}

std::string
Report(const RestorationMeasurement & measurement, const std::string & output, const std::string & task)
{
  const Axes<std::int64_t> data = measurement.data.GetGrid().size;
  const Axes<std::int64_t> image = measurement.image.size;
  const std::string slices = image.z == data.z ? "" : " x " + std::to_string(image.z);
  return output + ": " + task + ", " + std::to_string(data.z) + " slices of " + std::to_string(data.x) + " x " +
         std::to_string(data.y) + " from " + std::to_string(image.x) + " x " + std::to_string(image.y) + slices + "\n";
}
} // namespace

void
RunSimulateRestoration(CommandLine & line)
{
  Files files;
  RestorationTaskOptions task;
  RestorationNoiseOptions noise;
  RunOptions run;
  line.Add("Files", files);
  line.Add("Degradation", task);
  line.Add("Noise", noise);
  line.Add("Run", run);
  line.Require({"image", "task", "output"});
  line.AddExample("tweedie simulate restoration --image ch2.nii.gz --slices 84:107 --task blur-motion --output "
                  "blurred.nii.gz --reference truth.nii.gz");
  if (!line.Parse())
  {
    return;
  }
  RequireOnCommandLine(line, "operator-network", task.operatorNetwork);
  UseThreads(run.threads);
  const Outputs outputs = CheckedOutputs(files, task, noise, run.overwrite);

  const auto begin = std::chrono::steady_clock::now();
  const Volume image =
      WindowOf(SelectSlices(ReadInputImage(files.image, files.dicom), files.axis, files.slices), files.size);
  RequirePictures(files, image);
  ProgressDisplay progress(run.progress);
  RestorationMeasurement measurement = SimulateRestoration(image, task, noise, progress.Callback());
  progress.Clear();
  if (IsPicturePath(files.output))
  {
    measurement.warnings.emplace_back("the data were rounded to whole numbers and clipped at 0, as PNG keeps them");
    Warn(measurement.warnings.back());
  }
  Summary summary;
  summary.method = "simulate restoration";
  summary.seed = static_cast<std::uint64_t>(task.seed);
  summary.wallSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  outputs.Write(
      [&]
      {
        WriteRestoration(files.output, measurement);
        if (!files.reference.empty())
        {
          WriteImage(files.reference, image);
        }
        WriteRunRecord(files.output, summary, line);
      });
  Print(Report(measurement, files.output, task.task));
}
} // namespace tweedie
