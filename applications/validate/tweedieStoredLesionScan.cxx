// SPDX-License-Identifier: Apache-2.0
#include "tweedieStoredLesionScan.h"

#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieModelFile.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <utility>

namespace tweedie
{
namespace
{
std::string
DigestOfTensor(const at::Tensor & values)
{
  if (!values.defined())
  {
    return "none";
  }
  const at::Tensor whole = values.contiguous();
  return Sha256(static_cast<const char *>(whole.data_ptr()), whole.nbytes());
}

class StoredLesionScan final : public LesionScan
{
public:
  StoredLesionScan(std::unique_ptr<LesionScan> scan, std::string folder, std::string settings)
      : m_Scan(std::move(scan)), m_Folder(std::move(folder)), m_Settings(std::move(settings)),
        m_Data(DigestOfTensor(Whitened(m_Scan->Study()).values) +
               DigestOfTensor(TensorView(m_Scan->Classical({}).mean))) // noise; maps, rays and lines
  {
  }
  const ScanStudy &
  Study() const override
  {
    return m_Scan->Study();
  }
  Grid
  ImageGrid() const override
  {
    return m_Scan->ImageGrid();
  }
  bool
  TakesBalls() const override
  {
    return m_Scan->TakesBalls();
  }
  at::Tensor
  Measured(const LesionInsert & insert) const override
  {
    return m_Scan->Measured(insert);
  }
  at::Tensor
  Shown(const LesionInsert & insert) const override
  {
    return m_Scan->Shown(insert);
  }
  std::string
  ClassicalName() const override
  {
    return m_Scan->ClassicalName();
  }
  VolumeEstimate
  Classical(const at::Tensor & signal) const override
  {
    return m_Scan->Classical(signal);
  }
  VolumeEstimate
  ClassicalReplica(std::int64_t seed, std::int64_t replica) const override
  {
    return m_Scan->ClassicalReplica(seed, replica);
  }
  std::unique_ptr<LesionScan>
  Without(const std::vector<std::int64_t> & lines) const override
  {
    return std::make_unique<StoredLesionScan>(m_Scan->Without(lines), m_Folder, m_Settings);
  }
  VolumeEstimate
  Posterior(const at::Tensor & signal, const StudyRun & run, const ProgressCallback & progress) const override
  {
    const std::string text = m_Settings + ' ' + m_Data + ' ' + DigestOfTensor(signal) + ' ' +
                             std::to_string(run.samples) + ' ' + std::to_string(run.stepsFactor) + ' ' +
                             std::to_string(run.seed);
    const std::string unit = m_Folder + '/' + Sha256(text.data(), text.size()).substr(0, digits);
    VolumeEstimate estimate;
    if (Find(unit, estimate))
    {
      return estimate;
    }
    MakeFolder(); // only now, so that a run which is refused leaves nothing behind
    estimate = m_Scan->Posterior(signal, run, progress);
    const std::string kind = estimate.mean.IsComplex() ? ".cfl" : ".mha";
    WriteImage(unit + "-samples" + kind, estimate.samples);
    WriteImage(unit + "-mean" + kind, estimate.mean); // last: a unit with a mean is whole
    return estimate;
  }

private:
  static constexpr std::size_t digits = 24; ///< of a digest: enough for no two to meet

  void
  MakeFolder() const
  {
    std::error_code error;
    std::filesystem::create_directories(m_Folder, error);
    if (error)
    {
      throw UsageError(m_Folder + ": cannot be made; required a folder that can be written");
    }
  }

  /** What cannot be read, or does not fit, is made again. */
  bool
  Find(const std::string & unit, VolumeEstimate & estimate) const
  {
    for (const std::string kind : {".cfl", ".mha"})
    {
      if (!std::filesystem::exists(unit + "-mean" + kind))
      {
        continue;
      }
      try
      {
        estimate.mean = Restored(unit + "-mean" + kind);
        estimate.samples = Restored(unit + "-samples" + kind);
        return true;
      }
      catch (const DataError &)
      {
        return false;
      }
    }
    return false;
  }

  /** On the grid of the scan, which BART files do not keep. Throws DataError for another size. */
  Volume
  Restored(const std::string & path) const
  {
    Volume volume = ReadImage(path);
    if (volume.GetGrid().size != ImageGrid().size)
    {
      throw DataError(path + ": given a posterior of another grid; required that of the scan");
    }
    volume.SetGrid(ImageGrid());
    return volume;
  }

  std::unique_ptr<LesionScan> m_Scan;
  std::string m_Folder;
  std::string m_Settings;
  std::string m_Data; ///< digest of what was measured, and how
};
} // namespace

std::unique_ptr<LesionScan>
StoreLesionScan(std::unique_ptr<LesionScan> scan, const std::string & folder, const std::string & settings)
{
  return std::make_unique<StoredLesionScan>(std::move(scan), folder, settings);
}
} // namespace tweedie
