// SPDX-License-Identifier: Apache-2.0
#include "tweedieTraining.h"

namespace tweedie
{
void
AugmentationOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("phase", "synthetic phase that makes complex images").Choices({"smooth", "none"}), phase);
  v.Visit(Field("rotation", "random rotation, standard deviation").Unit("degree").Range(0.0, 180.0), rotation);
  v.Visit(Field("minimum-spacing", "zoom: smallest pixel spacing").Unit("mm").Above(0.0), minimumSpacing);
  v.Visit(Field("maximum-spacing", "zoom: largest pixel spacing").Unit("mm").Above(0.0), maximumSpacing);
  v.Visit(Field("shift", "random shift, standard deviation").Unit("pixel").Range(0.0), shift);
  v.Visit(Field("warp", "smooth deformation, standard deviation").Unit("pixel").Range(0.0), warp);
  v.Visit(Field("contrast", "standard deviation of ln(gamma) of the intensities").Range(0.0, 2.0), contrast);
  v.Visit(Field("gain", "standard deviation of ln(scale) of the intensities").Range(0.0, 2.0), gain);
  v.Visit(Field("untouched", "share of images only flipped and shifted by whole pixels").Range(0.0, 1.0), untouched);
  v.Visit(Field("flip", "mirror half of the images left to right"), flip);
}

void
TrainingOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("steps", "training steps in all").Range(1), steps);
  v.Visit(Field("decay-steps", "the learning rate falls to zero over the last steps").Range(0), decaySteps);
  v.Visit(Field("batch", "images per step").Range(1, 4096), batch);
  v.Visit(Field("learning-rate", "of Adam").Above(0.0), learningRate);
  v.Visit(Field("averaging", "decay of the moving average of the weights").Range(0.0, 1.0), averaging);
  v.Visit(Field("sigma-log-mean", "mean of ln(sigma) of the training noise"), sigmaLogMean);
  v.Visit(Field("sigma-log-std", "standard deviation of ln(sigma)").Above(0.0), sigmaLogStd);
  v.Visit(Field("sigma-minimum", "smallest noise level").Above(0.0), sigmaMinimum);
  v.Visit(Field("sigma-maximum", "largest noise level").Above(0.0), sigmaMaximum);
  v.Visit(Field("precision", "arithmetic of the inner layers; auto: bfloat16 where the processor has it")
              .Choices({"auto", "float32", "bfloat16"}),
          precision);
  v.Visit(Field("device", "where to train").Choices({"cpu", "cuda"}), device);
  v.Visit(Field("seed", "of all random choices").Range(0), seed);
  v.Visit(Field("validate-every", "steps between losses on held-out slices").Range(1), validateEvery);
  v.Visit(Field("start", "model to go on from; deeper levels that it lacks are added as the identity")
              .Reads(PathKind::File),
          start);
  v.Visit(Field("checkpoint", "file to write to and to resume from").Writes(PathKind::File), checkpoint);
  v.Visit(Field("checkpoint-every", "steps between checkpoints").Range(1), checkpointEvery);
  network.Visit(v);
  augmentation.Visit(v);
}
} // namespace tweedie
