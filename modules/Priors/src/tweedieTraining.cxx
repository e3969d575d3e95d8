// SPDX-License-Identifier: Apache-2.0
#include "tweedieTraining.h"

#include "tweedieAdam.h"
#include "tweedieDevice.h"
#include "tweedieError.h"
#include "tweedieFamiliarity.h"
#include "tweedieImageStatistics.h"
#include "tweedieModelFile.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieSliceOrientation.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>

namespace tweedie
{
namespace
{
const std::vector<double> ValidationSigmas{0.01, 0.03, 0.1, 0.3, 1.0};

double
Seconds()
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/** Reproducible from the seed on each kind of device; the numbers of another kind are others. */
at::Tensor
NormalLike(const at::Tensor & x, std::uint64_t seed)
{
  at::Generator generator = x.is_cpu() ? at::make_generator<at::CPUGeneratorImpl>(seed)
                                       : at::globalContext().defaultGenerator(x.device()).clone();
  generator.set_current_seed(seed);
  return at::empty_like(x).normal_(0.0, 1.0, generator);
}

TrainingImages
OnDevice(const TrainingImages & images, c10::Device device)
{
  TrainingImages moved = images;
  moved.training = images.training.to(device);
  moved.validation = images.validation.defined() ? images.validation.to(device) : images.validation;
  return moved;
}

UNet
OnDevice(const UNet & network, c10::Device device)
{
  NamedTensors weights = network.Weights();
  for (auto & entry : weights)
  {
    entry.second = entry.second.to(device);
  }
  return UNet(network.Options(), weights);
}

/** No change but the phase. */
AugmentationOptions
PhaseAlone(AugmentationOptions options)
{
  options.rotation = options.shift = options.warp = options.contrast = options.gain = 0.0;
  options.untouched = 1.0;
  return options;
}

/** The same for each validation. */
at::Tensor
ValidationBatch(const TrainingImages & images, const TrainingOptions & options, std::int64_t multiple)
{
  TrainingImages source{images.validation, {}, images.spacing};
  return AugmentedBatch(source, PhaseAlone(options.augmentation), multiple, 8, options.seed, -1);
}

/** Weighted denoising loss of eq. 8: the mean square error in units of c_out^2. */
at::Tensor
WeightedError(const at::Tensor & denoised, const at::Tensor & x0, const at::Tensor & sigma, double sigmaData)
{
  const auto s2 = sigma.square();
  const auto weight = (s2 + sigmaData * sigmaData) / (s2 * sigmaData * sigmaData);
  return ((denoised - x0).square().mean({1, 2, 3}) * weight).mean();
}

/** State of a training run. */
class Trainer
{
public:
  Trainer(const TrainingBatches & batches,
          const at::Tensor & validation,
          const TrainingOptions & options,
          ModelCard & card)
      : m_Device(DeviceFromName(options.device)), m_Batches(batches), m_Options(options), m_Card(card),
        m_Network(OnDevice(UNet(options.network, static_cast<std::uint64_t>(options.seed)), m_Device)),
        m_Adam(m_Network.Weights(), options.averaging), m_BrainFloat(IsBrainFloat(options.precision, m_Device))
  {
    at::globalContext().setBenchmarkCuDNN(true); // every batch has the same shape
    const auto sample = Batch(64, -2);
    m_Card.priorVariance = sample.square().mean().item<double>();
    m_Card.sigmaData = std::sqrt(m_Card.priorVariance);
    m_Card.curve.clear();
    m_Card.network = options.network;
    m_Card.sigmaMinimum = options.sigmaMinimum;
    m_Card.sigmaMaximum = options.sigmaMaximum;
    m_Card.size = {static_cast<double>(sample.size(2)), static_cast<double>(sample.size(3))};
    if (validation.defined())
    {
      m_Validation = validation.to(m_Device);
    }
  }

  /** Goes on from the checkpoint, else from another model, else from random weights. */
  void
  Begin()
  {
    if (!m_Options.checkpoint.empty() && std::filesystem::exists(m_Options.checkpoint))
    {
      Resume();
    }
    else if (!m_Options.start.empty())
    {
      const auto file = ReadModelFile(m_Options.start);
      const NetworkDenoiser model(file, m_Options.start, m_Device);
      m_Network.Adopt(model.OwnNetwork().Weights());
      m_Adam = Adam(m_Network.Weights(), m_Options.averaging);
      m_Card.sigmaData = model.Card().sigmaData; // of the network's scalings; the prior's variance is the new images'
    }
  }

  void
  Resume()
  {
    const auto file = ReadModelFile(m_Options.checkpoint);
    const auto saved = ModelCard::FromJson(file.card, m_Options.checkpoint);
    const auto count = m_Network.Weights().size();
    if (saved.network.widths != m_Options.network.widths || file.tensors.size() != 4 * count)
    {
      throw UsageError("--checkpoint: " + m_Options.checkpoint +
                       " belongs to another network; remove it or name another file");
    }
    const at::NoGradGuard noGrad;
    for (std::size_t i = 0; i < count; ++i)
    {
      m_Network.Weights()[i].second.copy_(file.tensors[i].second);
    }
    m_Step = saved.steps;
    m_Card.curve = saved.curve;
    m_Card.sigmaData = saved.sigmaData;
    m_Card.priorVariance = saved.priorVariance;
    m_Adam.SetState({file.tensors.begin() + static_cast<std::ptrdiff_t>(count), file.tensors.end()}, m_Step);
  }

  void
  WriteCheckpoint()
  {
    if (m_Options.checkpoint.empty())
    {
      return;
    }
    ModelFile file;
    m_Card.steps = m_Step;
    file.card = m_Card.ToJson();
    file.tensors = m_Network.Weights();
    for (auto & entry : file.tensors)
    {
      entry.second = entry.second.detach().cpu();
    }
    for (const auto & [name, value] : m_Adam.State(m_Network.Weights()))
    {
      file.tensors.emplace_back(name, value.cpu());
    }
    WriteModelFile(m_Options.checkpoint, file);
  }

  void
  Run(const ProgressCallback & progress)
  {
    const double started = Seconds();
    for (const auto & entry : m_Network.Weights())
    {
      at::Tensor(entry.second).requires_grad_(true);
    }
    double smoothed = std::nan("");
    while (m_Step < m_Options.steps)
    {
      const double loss = TakeStep();
      smoothed = std::isfinite(smoothed) ? 0.99 * smoothed + 0.01 * loss : loss;
      const bool last = m_Step == m_Options.steps;
      if (m_Step % m_Options.validateEvery == 0 || last)
      {
        m_Card.curve.push_back({static_cast<double>(m_Step), smoothed});
        if (m_Validation.defined())
        {
          m_Card.curve.back().push_back(Validate());
        }
      }
      if (m_Step % m_Options.checkpointEvery == 0 || last)
      {
        WriteCheckpoint();
      }
      if (progress && !progress(Report(smoothed, Seconds() - started)))
      {
        WriteCheckpoint();
        throw Aborted("training stopped at step " + std::to_string(m_Step) + " of " + std::to_string(m_Options.steps));
      }
    }
    m_Card.steps = m_Step;
  }

  /** The network with the averaged weights. */
  UNet
  Averaged() const
  {
    NamedTensors weights = m_Network.Weights();
    for (std::size_t i = 0; i < weights.size(); ++i)
    {
      weights[i].second = m_Adam.Average()[i].clone();
    }
    return UNet(m_Options.network, weights);
  }

private:
  at::Tensor
  Batch(std::int64_t count, std::int64_t step) const
  {
    return m_Batches(count, step).to(m_Device);
  }

  double
  LearningRate() const
  {
    const double warm = std::min(1.0, static_cast<double>(m_Step + 1) / 200.0);
    const double left = static_cast<double>(m_Options.steps - m_Step);
    const double decay = m_Options.decaySteps > 0 ? left / static_cast<double>(m_Options.decaySteps) : 1.0;
    return m_Options.learningRate * warm * std::min(1.0, decay);
  }

  double
  TakeStep()
  {
    const auto x0 = Batch(m_Options.batch, m_Step);
    const auto seed = static_cast<std::uint64_t>(m_Options.seed + m_Step * 1000003);
    const auto level = NormalLike(at::empty({x0.size(0)}, at::kFloat), seed).to(m_Device);
    const auto sigma = (m_Options.sigmaLogMean + m_Options.sigmaLogStd * level)
                           .exp()
                           .clamp(m_Options.sigmaMinimum, m_Options.sigmaMaximum);
    const auto x = x0 + sigma.view({-1, 1, 1, 1}) * NormalLike(x0, seed + 1);
    const auto denoised =
        DenoisePreconditioned(m_Network, Parametrisation("edm", m_Card.sigmaData), x, sigma, m_BrainFloat);
    const auto loss = WeightedError(denoised, x0, sigma, m_Card.sigmaData);
    const double value = loss.item<double>();
    if (!std::isfinite(value))
    {
      throw NumericalError("training: the loss is not finite at step " + std::to_string(m_Step) +
                           "; a smaller --learning-rate is required");
    }
    loss.backward();
    m_Adam.Step(m_Network.Weights(), LearningRate());
    ++m_Step;
    return value;
  }

  double
  Validate() const
  {
    const at::NoGradGuard noGrad;
    const auto network = Averaged();
    double sum = 0.0;
    std::uint64_t seed = 7;
    for (const double s : ValidationSigmas)
    {
      const auto sigma = at::full({m_Validation.size(0)}, s, m_Validation.options());
      const auto x = m_Validation + s * NormalLike(m_Validation, seed++);
      const auto denoised =
          DenoisePreconditioned(network, Parametrisation("edm", m_Card.sigmaData), x, sigma, m_BrainFloat);
      sum += WeightedError(denoised, m_Validation, sigma, m_Card.sigmaData).item<double>();
    }
    return sum / static_cast<double>(ValidationSigmas.size());
  }

  ProgressReport
  Report(double loss, double elapsed) const
  {
    ProgressReport report;
    report.task = "train";
    report.step = m_Step;
    report.steps = m_Options.steps;
    report.elapsedSeconds = elapsed;
    char text[96];
    std::snprintf(text, sizeof text, "loss %.4f", loss);
    report.note = text;
    if (!m_Card.curve.empty() && m_Card.curve.back().size() > 2)
    {
      std::snprintf(text, sizeof text, ", held-out %.4f", m_Card.curve.back()[2]);
      report.note += text;
    }
    return report;
  }

  const c10::Device m_Device;
  const TrainingBatches & m_Batches;
  const TrainingOptions & m_Options;
  ModelCard & m_Card;
  UNet m_Network;
  Adam m_Adam;
  bool m_BrainFloat;
  std::int64_t m_Step = 0;
  at::Tensor m_Validation;
};
} // namespace

void
DescribeTraining(const TrainingImages & images,
                 const AugmentationOptions & options,
                 const UNet & network,
                 ModelCard & card,
                 std::int64_t count)
{
  const at::Tensor plain = AugmentedBatch(images, PhaseAlone(options), network.SizeMultiple(), count, 1, -4);
  const bool isComplex = card.ImageChannels() == 2;
  const at::Tensor states =
      isComplex ? at::view_as_complex(plain.permute({0, 2, 3, 1}).contiguous()).unsqueeze(1).unsqueeze(1)
                : plain.unsqueeze(2);
  card.denoisingErrors = FamiliarityQuantiles(NetworkDenoiser(card, network), states);
}

UNet
TrainNetwork(const TrainingBatches & batches,
             const at::Tensor & validation,
             const TrainingOptions & options,
             ModelCard & card,
             const ProgressCallback & progress)
{
  ValidateOptions(options);
  Trainer trainer(batches, validation, options, card);
  trainer.Begin();
  trainer.Run(progress);
  return trainer.Averaged();
}

UNet
TrainPrior(const TrainingImages & images,
           const TrainingOptions & options,
           ModelCard & card,
           const ProgressCallback & progress)
{
  ValidateOptions(options);
  if (!images.training.defined() || images.training.dim() != 3 || images.training.size(0) < 1)
  {
    throw DataError("training: no slices given; [slice, y, x] magnitudes required");
  }
  if (options.network.channels != (options.augmentation.phase == "none" ? 1 : 2))
  {
    throw UsageError("--channels: given " + std::to_string(options.network.channels) +
                     "; required 2 with --phase smooth, 1 with --phase none");
  }
  const TrainingImages there = OnDevice(images, DeviceFromName(options.device));
  const std::int64_t multiple = UNet(options.network, 0).SizeMultiple();
  const auto batches = [&](std::int64_t count, std::int64_t step)
  { return AugmentedBatch(there, options.augmentation, multiple, count, options.seed, step); };
  const bool validates = there.validation.defined() && there.validation.numel() > 0;
  const at::Tensor validation = validates ? ValidationBatch(there, options, multiple) : at::Tensor();
  card.spacing = images.spacing;
  card.orientation = images.orientation;
  if (options.augmentation.flip && !images.orientation.empty())
  {
    card.orientation += ", " + MirroredOrientation(images.orientation);
  }
  UNet network = TrainNetwork(batches, validation, options, card, progress);
  card.statistics = StatisticQuantiles(batches(512, -3).cpu());
  DescribeTraining(images, options.augmentation, network, card);
  return network;
}
} // namespace tweedie
