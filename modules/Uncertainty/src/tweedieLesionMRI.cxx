// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionScans.h"

#include "tweedieError.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRIModel.h"
#include "tweedieMRIStudy.h"
#include "tweedieReplicas.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
/** K-space takes discs, slice by slice, times the coils' maps. */
class LesionMRI final : public LesionScan
{
public:
  LesionMRI(MRIStudy study, const std::string & classical) : m_Study(std::move(study))
  {
    m_Classical.method = classical;
  }

  const ScanStudy &
  Study() const override
  {
    return m_Study;
  }
  Grid
  ImageGrid() const override
  {
    return m_Study.Scan().kspace.GetGrid();
  }
  bool
  TakesBalls() const override
  {
    return false;
  }
  at::Tensor
  Measured(const LesionInsert & insert) const override
  {
    const Grid grid = ImageGrid();
    const auto slice = std::llround(IndexOfPoint(grid, insert.center)[2]);
    const Volume & maps = m_Study.Scan().sensitivities;
    at::Tensor map;
    if (!maps.IsEmpty())
    {
      const at::Tensor all = TensorView(maps); // [coil, z or 1, y, x]
      map = all.select(1, all.size(1) == 1 ? 0 : std::clamp<std::int64_t>(slice, 0, all.size(1) - 1));
    }
    const at::Tensor one = InsertKSpace(insert, grid, map);
    at::Tensor measured = at::zeros({grid.size.z, one.size(0), 1, grid.size.y, grid.size.x}, at::kComplexDouble);
    measured.select(0, slice).select(1, 0).copy_(one);
    return measured * MRIMask(m_Study.Scan());
  }
  at::Tensor
  Shown(const LesionInsert & insert) const override
  {
    const Grid grid = ImageGrid();
    at::Tensor shown = at::zeros({grid.size.z, grid.size.y, grid.size.x}, at::kDouble);
    shown.select(0, std::llround(IndexOfPoint(grid, insert.center)[2]))
        .copy_(InsertOfKSpace(InsertKSpace(insert, grid)));
    return shown;
  }
  VolumeEstimate
  Posterior(const at::Tensor & signal, const StudyRun & run, const ProgressCallback & progress) const override
  {
    return MRIStudy(ScanWithSignal(m_Study.Scan(), signal), m_Study.Options()).Run(run, progress);
  }
  std::string
  ClassicalName() const override
  {
    return m_Classical.method;
  }
  VolumeEstimate
  Classical(const at::Tensor & signal) const override
  {
    return ReconstructClassical(ScanWithSignal(m_Study.Scan(), signal), m_Classical);
  }
  VolumeEstimate
  ClassicalReplica(std::int64_t seed, std::int64_t replica) const override
  {
    return ReconstructClassical(NoisyReplica(m_Study.Scan(), seed, replica), m_Classical);
  }
  std::unique_ptr<LesionScan>
  Without(const std::vector<std::int64_t> & lines) const override
  {
    return MakeLesionScan(*m_Study.Without(lines), m_Classical.method);
  }

private:
  MRIStudy m_Study;
  MRIClassicalOptions m_Classical;
};
} // namespace

std::unique_ptr<LesionScan>
MakeLesionMRI(const MRIStudy & study, const std::string & classical)
{
  RequireCartesian(study.Scan(), "validate lesion");
  const std::string method = classical.empty() ? "sense" : classical;
  if (method != "sense" && method != "tv")
  {
    throw UsageError("--classical: given '" + method + "' for k-space; required sense or tv");
  }
  return std::make_unique<LesionMRI>(study, method);
}
} // namespace tweedie
