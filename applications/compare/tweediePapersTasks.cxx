// SPDX-License-Identifier: Apache-2.0
#include "tweediePapersTasks.h"

#include "tweedieBrainProtocol.h"
#include "tweedieCTClassical.h"
#include "tweedieCTPosterior.h"
#include "tweedieDevice.h"
#include "tweedieHeadCTProtocol.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRIPosterior.h"
#include "tweedieNetworkDenoiser.h"
#include "tweediePriorTable.h"
#include "tweedieRestorationPosterior.h"
#include "tweedieRestorationTasks.h"
#include "tweedieRestorationVolume.h"
#include "tweedieTunedSettings.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace tweedie
{
namespace
{
constexpr double noiseLevel = 0.05; // as in the papers: of images from -1 to 1 that would be twice as much

class RestorationTask final : public PapersTask
{
public:
  RestorationTask(const std::string & task, const Volume & image, const SuiteOptions & options)
      : m_Name(task), m_Truth(image)
  {
    RestorationTaskOptions degradation;
    degradation.task = task;
    const auto & size = image.GetGrid().size;
    degradation.kernelSize = std::min(degradation.kernelSize, std::min(size.y, size.x) / 2 * 2 - 1);
    RestorationNoiseOptions noise;
    noise.noise = noiseLevel;
    m_Measurement = SimulateRestoration(image, degradation, noise);
    m_Options.prior = options.prior;
    m_Options.device = options.device;
    m_Prior = LoadRestorationPrior(m_Measurement, m_Options);
  }
  const Volume &
  Truth() const override
  {
    return m_Truth;
  }
  Volume
  Measured() const override
  {
    return m_Measurement.data;
  }
  std::string
  SettingsName() const override
  {
    return m_Name;
  }
  VolumeEstimate
  Classical(const std::string & method, const ProgressCallback & progress) const override
  {
    RestorationVolumeOptions options;
    UseTunedSettings(SettingsName(), method, 0, options);
    options.method = method;
    options.device = m_Options.device;
    return RestoreClassical(m_Measurement, options, progress);
  }
  VolumeEstimate
  Posterior(const PosteriorOptions & options, const ProgressCallback & progress) const override
  {
    RestorationPosteriorOptions all = m_Options;
    static_cast<PosteriorOptions &>(all) = options;
    return ReconstructRestoration(m_Measurement, m_Prior, all, progress);
  }
  DenoiserPointer
  Prior() const override
  {
    return m_Prior;
  }

private:
  std::string m_Name;
  Volume m_Truth;
  RestorationMeasurement m_Measurement;
  RestorationPosteriorOptions m_Options;
  DenoiserPointer m_Prior;
};

class MRITask final : public PapersTask
{
public:
  MRITask(const MRISimulationOptions & simulation, const Volume & image, const SuiteOptions & options)
      : m_Simulation(SimulateMRI(image, simulation)), m_Device(options.device),
        m_Prior(LoadPrior(options.prior, DeviceFromName(options.device)))
  {
  }
  const Volume &
  Truth() const override
  {
    return m_Simulation.reference;
  }
  std::string
  SettingsName() const override
  {
    return "mri";
  }
  VolumeEstimate
  Classical(const std::string & method, const ProgressCallback & progress) const override
  {
    MRIClassicalOptions options;
    UseTunedSettings(SettingsName(), method, 0, options);
    options.method = method;
    options.device = m_Device;
    return ReconstructClassical(m_Simulation.scan, options, progress);
  }
  VolumeEstimate
  Posterior(const PosteriorOptions & options, const ProgressCallback & progress) const override
  {
    return ReconstructPosterior(m_Simulation.scan, m_Prior, options, progress);
  }
  DenoiserPointer
  Prior() const override
  {
    return m_Prior;
  }

private:
  MRISimulation m_Simulation;
  std::string m_Device;
  DenoiserPointer m_Prior;
};

/** In attenuation, whose zero is air: what is relative to a slice's maximum has a meaning. */
class CTTask final : public PapersTask
{
public:
  CTTask(const HeadCTConfiguration & configuration, const Volume & image, const SuiteOptions & options)
      : m_Scan(SimulateHeadCT(configuration, image, 1)),
        m_Truth(VolumeFromTensor(AttenuationOfHounsfield(TensorView(image).clamp_min(-1000.0), m_Options.muWater),
                                 image.GetGrid())),
        m_Prior(LoadPrior(options.prior, DeviceFromName(options.device)))
  {
  }
  const Volume &
  Truth() const override
  {
    return m_Truth;
  }
  std::string
  SettingsName() const override
  {
    return "ct";
  }
  VolumeEstimate
  Classical(const std::string & method, const ProgressCallback & progress) const override
  {
    CTClassicalOptions options;
    UseTunedSettings(SettingsName(), method, 0, options);
    options.method = method;
    return ReconstructCTClassical(m_Scan, m_Truth.GetGrid(), options, progress);
  }
  VolumeEstimate
  Posterior(const PosteriorOptions & options, const ProgressCallback & progress) const override
  {
    CTPosteriorOptions all = m_Options;
    static_cast<PosteriorOptions &>(all) = options;
    return ReconstructCTPosterior(m_Scan, m_Truth.GetGrid(), all, progress);
  }
  DenoiserPointer
  Prior() const override
  {
    return m_Prior;
  }

private:
  CTPosteriorOptions m_Options;
  CTScan m_Scan;
  Volume m_Truth;
  DenoiserPointer m_Prior;
};

template <typename TRows>
std::vector<std::string>
Names(const TRows & rows)
{
  std::vector<std::string> names;
  for (const auto & row : rows)
  {
    names.emplace_back(row.name);
  }
  return names;
}
} // namespace

std::vector<PapersTaskRow>
PapersTaskTable()
{
  std::vector<PapersTaskRow> table;
  for (const RestorationTaskRow & row : RestorationTaskTable())
  {
    table.push_back({row.name,
                     row.description,
                     Names(RestorationClassicalTable()),
                     [name = std::string(row.name)](const Volume & image, const SuiteOptions & options)
                     { return std::make_unique<RestorationTask>(name, image, options); }});
  }
  for (const BrainConfiguration & row : BrainConfigurations())
  {
    table.push_back({"mri-" + row.name,
                     "undersampled MRI: " + row.label,
                     Names(ClassicalMethods()),
                     [simulation = row.simulation](const Volume & image, const SuiteOptions & options)
                     { return std::make_unique<MRITask>(simulation, image, options); }});
  }
  std::vector<std::string> rivals = Names(CTClassicalTable());
  rivals.erase(std::remove(rivals.begin(), rivals.end(), "fdk"), rivals.end()); // fbp by the name that it has for cones
  const auto & scans = HeadCTConfigurations();
  const auto sixty = std::find_if(
      scans.begin(), scans.end(), [](const HeadCTConfiguration & one) { return one.name == "parallel-60"; });
  table.push_back({"ct-60",
                   "sparse-view CT: " + sixty->label,
                   rivals,
                   [configuration = *sixty](const Volume & image, const SuiteOptions & options)
                   { return std::make_unique<CTTask>(configuration, image, options); },
                   true});
  return table;
}
} // namespace tweedie
