// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTraining_h
#define tweedieTraining_h

#include "tweedieModelCard.h"
#include "tweedieOptions.h"
#include "tweedieProgress.h"
#include "tweedieSliceSelection.h"
#include "tweedieVolume.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tweedie
{
/** How training images are varied. Each range is centred on "unchanged". */
struct AugmentationOptions
{
  std::string phase = "smooth"; ///< smooth: random smooth phase makes complex images; none: real images
  double rotation = 12.0;       ///< degrees, standard deviation
  double minimumSpacing = 0.8;  ///< mm; zoom of the image to a pixel spacing in this range
  double maximumSpacing = 2.0;
  double shift = 5.0;      ///< pixels, standard deviation
  double warp = 2.5;       ///< pixels, standard deviation of a smooth deformation
  double contrast = 0.2;   ///< standard deviation of ln(gamma) and of the smooth intensity field
  double gain = 0.2;       ///< standard deviation of ln(scale)
  double untouched = 0.25; ///< share of images that are only flipped and shifted by whole pixels
  bool flip = true;

  void Visit(OptionVisitor & v);
};

struct TrainingOptions
{
  std::int64_t steps = 20000;
  std::int64_t decaySteps = 5000; ///< the learning rate falls linearly to zero over the last steps
  std::int64_t batch = 8;
  double learningRate = 4e-4;
  double averaging = 0.999;   ///< decay of the exponential moving average of the weights
  double sigmaLogMean = -2.4; ///< ln sigma of the training noise ~ N(mean, std^2)
  double sigmaLogStd = 1.5;
  double sigmaMinimum = 0.002;
  double sigmaMaximum = 10.0;
  std::string precision = "auto"; ///< auto: bfloat16 where the processor computes it, else float32
  std::string device = "cpu";
  std::int64_t seed = 1;
  std::int64_t validateEvery = 500;
  std::string start;      ///< model to go on from, with its scales; empty: random weights
  std::string checkpoint; ///< file to write to and resume from; empty: none
  std::int64_t checkpointEvery = 500;
  UNetOptions network;
  AugmentationOptions augmentation;

  void Visit(OptionVisitor & v);
};

/** Slices to train on, real numbers from 0 [slice, y, x] in the unit of SelectTrainingSlices, at spacing {y, x} mm. */
struct TrainingImages
{
  at::Tensor training;
  at::Tensor validation;
  std::vector<double> spacing{1.0, 1.0};
  std::string orientation{}; ///< SliceOrientation; empty: not the same of all
};

/** Slices z of a real volume [1, z, y, x] for training, without the held-out ranges and gap neighbours on both sides of
 * each, and without slices that are almost empty. A magnitude is scaled to a 99.9th percentile of 1; Hounsfield units
 * to 0 at -1000 (air) and 1 at hounsfieldAtOne, attenuation from air in a fixed unit. Below 0 both are cut off.
 *
 * The four slices at either end of a held-out range are the validation set, so that its middle stays unseen even by the
 * choice of when to stop. Throws DataError for a complex, non-finite or constant volume, or one without air where
 * Hounsfield units are expected; UsageError when nothing is left to train on. */
TrainingImages SelectTrainingSlices(const Volume & volume,
                                    const std::vector<SliceRange> & heldOut,
                                    std::int64_t gap,
                                    std::optional<double> hounsfieldAtOne = {});

/** Adds images to those of other volumes; smaller slices are padded with zeros to the larger size. Throws DataError
 * "source: ..." when the pixel spacing differs by more than 1 %. */
void AppendTrainingImages(TrainingImages & all, const TrainingImages & more, const std::string & source);

/** A batch of images x0 [count, channels, y, x] at the network's canvas size on the device of the training images,
 * reproducible from (seed, step). */
at::Tensor AugmentedBatch(const TrainingImages & images,
                          const AugmentationOptions & options,
                          std::int64_t sizeMultiple,
                          std::int64_t count,
                          std::int64_t seed,
                          std::int64_t step);

/** Measures the denoising errors that a card states, on that many training images without augmentation but for the
 * phase. */
void DescribeTraining(const TrainingImages & images,
                      const AugmentationOptions & options,
                      const UNet & network,
                      ModelCard & card,
                      std::int64_t count = 64);

/** Images x0 [count, channels, y, x] of a training step, the same whenever they are asked for; a negative step is none
 * of the training's. */
using TrainingBatches = std::function<at::Tensor(std::int64_t count, std::int64_t step)>;

/** Trains a network by denoising score matching (Vincent 2011; weighting of Karras et al. 2022, eq. 8):
 *
 *    min E || F(c_in x, ln(s)/4) - (x0 - c_skip x)/c_out ||^2,   x = x0 + s n,
 *
 * by Adam (Kingma and Ba 2015), and returns the moving average of the weights. validation: images [batch, channels, y,
 * x] whose loss goes into the curve; undefined: none. The card's network, noise range, size, scales, curve and step
 * count are filled in; the rest is the caller's. With a checkpoint file, an interrupted run goes on where it was.
 * Throws Aborted (after writing the checkpoint) when progress returns false, NumericalError when the loss is not
 * finite, UsageError when the checkpoint belongs to another network. */
UNet TrainNetwork(const TrainingBatches & batches,
                  const at::Tensor & validation,
                  const TrainingOptions & options,
                  ModelCard & card,
                  const ProgressCallback & progress = {});

/** TrainNetwork on augmented slices; spacing, orientation, statistics and DescribeTraining's go into the card too.
 * Throws DataError where there is nothing to train on. */
UNet TrainPrior(const TrainingImages & images,
                const TrainingOptions & options,
                ModelCard & card,
                const ProgressCallback & progress = {});
} // namespace tweedie

#endif
