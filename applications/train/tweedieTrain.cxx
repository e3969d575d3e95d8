// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieOutputs.h"
#include "tweediePriorTable.h"
#include "tweedieProgressDisplay.h"
#include "tweedieReportTable.h"
#include "tweedieRunOptions.h"
#include "tweedieSliceSelection.h"
#include "tweedieTerminal.h"
#include "tweedieTraining.h"
#include "tweedieVerbTable.h"

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace tweedie
{
namespace
{
struct TrainFiles
{
  std::string images;
  std::string axis = "axial";
  std::vector<std::string> holdOut;
  std::int64_t gap = 4;
  std::optional<double> hounsfield;
  std::string output;
  std::string name;
  std::string description;
  std::string data;
  std::string dataLicence = "not stated";
  std::string licence = "not stated";
  bool describe = false;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(
        Field("images", "an image, or a folder of images of one size, to train on").Unit("PATH").Reads(PathKind::Image),
        images);
    v.Visit(Field("axis", "what a slice is, by the image's orientation").Choices({"axial", "coronal", "sagittal"}),
            axis);
    v.Visit(
        Field("hold-out", "slices never trained on, of each image, may be repeated; their ends give the held-out loss")
            .Unit("FIRST:LAST"),
        holdOut);
    v.Visit(Field("gap", "slices also left out on both sides of the held-out ones").Range(0), gap);
    v.Visit(Field("hounsfield",
                  "the images are in Hounsfield units: -1000 (air) becomes 0 and this number 1; if not given: "
                  "magnitudes, whose 99.9th percentile becomes 1")
                .Unit("HU")
                .Above(-1000.0),
            hounsfield);
    v.Visit(Field("output", "model to write (.safetensors)").Writes(PathKind::File), output);
    v.Visit(Field("name", "of the model, in its card; else the output's name"), name);
    v.Visit(Field("description", "one line for the card"), description);
    v.Visit(Field("data", "what the images are and where they are from, for the card"), data);
    v.Visit(Field("describe", "train nothing: measure on the images what --start's card should say of its training"),
            describe);
    v.Visit(Field("data-licence", "of the images, for the card"), dataLicence);
    v.Visit(Field("licence", "of the weights, for the card"), licence);
  }
};

/** The image files to train on, in the order of their names. */
std::vector<std::string>
ImagePaths(const std::string & path)
{
  if (!std::filesystem::is_directory(path))
  {
    return {path};
  }
  std::vector<std::string> paths;
  for (const auto & entry : std::filesystem::directory_iterator(path))
  {
    const auto extension = entry.path().extension().string();
    if (extension == ".gz" || extension == ".nii" || extension == ".mha" || extension == ".nrrd")
    {
      paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  if (paths.empty())
  {
    throw DataError(path + ": no image in the folder; NIfTI, MHA or NRRD files required");
  }
  return paths;
}

TrainingImages
ReadTrainingImages(const TrainFiles & files)
{
  TrainingImages all;
  for (const auto & path : ImagePaths(files.images))
  {
    const Volume volume = SelectSlices(ReadImage(path), files.axis, "");
    std::vector<SliceRange> held;
    for (const std::string & range : files.holdOut)
    {
      held.push_back(ParseSliceRange(range, volume.GetGrid().size.z));
    }
    AppendTrainingImages(all, SelectTrainingSlices(volume, held, files.gap, files.hounsfield), path);
  }
  return all;
}

std::string
UnitsText(const TrainFiles & files, const TrainingImages & images)
{
  if (!files.hounsfield)
  {
    return "1 = 99.9th percentile of the image's magnitude";
  }
  const double most = images.training.max().item<double>() * (*files.hounsfield + 1000.0) - 1000.0;
  return "0 = -1000 HU, 1 = " + FormatSignificant(*files.hounsfield, 4) + " HU; trained on -1000 to " +
         FormatSignificant(most, 4) + " HU";
}

std::vector<std::string>
ChannelNames(const TrainFiles & files, const TrainingOptions & options)
{
  if (options.network.channels == 2)
  {
    return {"real", "imaginary"};
  }
  return {files.hounsfield ? "attenuation" : "magnitude"};
}

std::string
HeldOutText(const TrainFiles & files)
{
  std::string ranges;
  for (const std::string & range : files.holdOut)
  {
    ranges += (ranges.empty() ? "" : ", ") + range;
  }
  return ranges.empty() ? "nothing" : files.axis + " slices " + ranges + " (from 0), gap " + std::to_string(files.gap);
}

ModelCard
Card(const TrainFiles & files, const TrainingOptions & options, const TrainingImages & images, const CommandLine & line)
{
  ModelCard card;
  card.name = files.name.empty() ? std::filesystem::path(files.output).stem().string() : files.name;
  card.description = files.description;
  card.units = UnitsText(files, images);
  card.hounsfieldAtOne = files.hounsfield;
  card.channels = ChannelNames(files, options);
  card.data = files.data.empty() ? std::filesystem::path(files.images).filename().string() : files.data;
  card.dataLicence = files.dataLicence;
  card.licence = files.licence;
  card.heldOut = HeldOutText(files);
  card.command = line.Text();
  return card;
}
/** A model with a card that says more of its training images. */
void
Describe(const TrainFiles & files,
         const TrainingOptions & options,
         const TrainingImages & images,
         const Outputs & outputs)
{
  if (options.start.empty())
  {
    throw UsageError("--describe: given without --start; required the model that is described");
  }
  const auto model = LoadPrior(options.start, c10::Device(c10::DeviceType::CPU));
  ModelCard card = model->Card();
  DescribeTraining(images, options.augmentation, model->OwnNetwork(), card);
  outputs.Write([&] { SavePrior(files.output, card, model->OwnNetwork()); });
  Print(files.output + ": as " + options.start + ", denoising errors of its training images in the card\n");
}
} // namespace

void
RunTrain(CommandLine & line)
{
  TrainFiles files;
  TrainingOptions options;
  RunOptions run;
  line.Add("Files", files);
  line.Add("Training", options);
  line.Add("Run", run);
  line.Require({"images", "output"});
  line.AddExample("tweedie train --images ch2.nii.gz --hold-out 80:111 --steps 2000 --checkpoint run.ckpt --output "
                  "brain.safetensors");
  if (!line.Parse())
  {
    return;
  }
  UseThreads(run.threads);
  Outputs outputs(run.overwrite);
  outputs.AddInput(files.images);
  outputs.AddInput(options.start);
  outputs.AddFile("--output", files.output);

  const auto images = ReadTrainingImages(files);
  if (files.describe)
  {
    Describe(files, options, images, outputs);
    return;
  }
  ModelCard card = Card(files, options, images, line);
  ProgressDisplay progress(run.progress);
  const UNet network = TrainPrior(images, options, card, progress.Callback());
  progress.Clear();
  outputs.Write([&] { SavePrior(files.output, card, network); });
  Print(files.output + ": " + std::to_string(network.NumberOfWeights()) + " weights, " +
        std::to_string(images.training.size(0)) + " training slices, " + std::to_string(card.steps) + " steps, loss " +
        FormatSignificant(card.curve.back()[1], 4) +
        (card.curve.back().size() > 2 ? ", on held-out slices " + FormatSignificant(card.curve.back()[2], 4) : "") +
        "\n");
}
} // namespace tweedie
