// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionScans.h"

#include "tweedieCTClassical.h"
#include "tweedieCTStudy.h"
#include "tweedieError.h"
#include "tweedieReplicas.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tweedie
{
namespace
{
constexpr std::int64_t finer = 4; ///< rays of a detector pixel, along u

/** Projections take discs where slices are measured one by one, else balls. */
class LesionCT final : public LesionScan
{
public:
  LesionCT(CTStudy study, const std::string & classical) : m_Study(std::move(study))
  {
    m_Classical.method = classical;
    m_Classical.modelDeviation = m_Study.Options().modelDeviation;
  }

  const ScanStudy &
  Study() const override
  {
    return m_Study;
  }
  Grid
  ImageGrid() const override
  {
    return m_Study.ImageGrid();
  }
  bool
  TakesBalls() const override
  {
    return !m_Study.Model().IsSliceBySlice();
  }
  at::Tensor
  Measured(const LesionInsert & insert) const override
  {
    at::Tensor measured = at::zeros_like(m_Study.Data().Data(), at::kDouble); // [batch, 1, view, row, column]
    const auto slice = std::llround(IndexOfPoint(ImageGrid(), insert.center)[2]);
    measured[TakesBalls() ? 0 : slice][0].copy_(Chords(insert));
    return measured;
  }
  at::Tensor
  Shown(const LesionInsert & insert) const override
  {
    return InsertPixels(insert, ImageGrid());
  }
  VolumeEstimate
  Posterior(const at::Tensor & signal, const StudyRun & run, const ProgressCallback & progress) const override
  {
    return CTStudy(With(signal), ImageGrid(), m_Study.Options()).Run(run, progress);
  }
  std::string
  ClassicalName() const override
  {
    return m_Classical.method;
  }
  VolumeEstimate
  Classical(const at::Tensor & signal) const override
  {
    return ReconstructCTClassical(With(signal), ImageGrid(), m_Classical);
  }
  VolumeEstimate
  ClassicalReplica(std::int64_t seed, std::int64_t replica) const override
  {
    return ReconstructCTClassical(NoisyReplica(m_Study.Scan(), seed, replica), ImageGrid(), m_Classical);
  }
  std::unique_ptr<LesionScan>
  Without(const std::vector<std::int64_t> & lines) const override
  {
    return MakeLesionScan(*m_Study.Without(lines), m_Classical.method);
  }

private:
  CTScan
  With(const at::Tensor & signal) const
  {
    return ScanWithSignal(m_Study.Scan(), m_Study.Model(), signal, 1);
  }

  /** Line integrals of one entry of the batch: [view, row, column], means over the rays of each pixel. */
  at::Tensor
  Chords(const LesionInsert & insert) const
  {
    const CTModel & model = m_Study.Model();
    const CTDetector & detector = model.Detector();
    const auto views = static_cast<std::int64_t>(model.Geometry().views.size());
    at::Tensor chords = at::zeros({views, detector.rows, detector.columns}, at::kDouble);
    double * value = chords.data_ptr<double>();
    for (std::int64_t view = 0; view < views; ++view)
    {
      for (std::int64_t row = 0; row < detector.rows; ++row)
      {
        for (std::int64_t column = 0; column < detector.columns; ++column, ++value)
        {
          *value = PixelChord(insert, static_cast<std::size_t>(view), row, column);
        }
      }
    }
    return chords;
  }
  double
  PixelChord(const LesionInsert & insert, std::size_t view, std::int64_t row, std::int64_t column) const
  {
    const CTModel & model = m_Study.Model();
    const CTDetector & detector = model.Detector();
    const double v = detector.originV + static_cast<double>(row) * detector.pitchV;
    double sum = 0.0;
    for (std::int64_t i = 0; i < finer; ++i)
    {
      const double within = (static_cast<double>(i) + 0.5) / static_cast<double>(finer) - 0.5;
      const double u = detector.originU + (static_cast<double>(column) + within) * detector.pitchU;
      const CTRay ray = model.Geometry().Ray(view, u, v);
      Vector3 center = ScannerFromPatient({insert.center[0], insert.center[1], insert.center[2]});
      if (model.IsSliceBySlice())
      {
        center[1] = ray.origin[1]; // rays of a slice stay in it, and all slices have the same ones
      }
      sum += InsertChord(insert, Length(Cross(AddScaled(center, -1.0, ray.origin), ray.direction)));
    }
    return sum / static_cast<double>(finer);
  }

  CTStudy m_Study;
  CTClassicalOptions m_Classical;
};
} // namespace

std::unique_ptr<LesionScan>
MakeLesionCT(const CTStudy & study, const std::string & classical)
{
  const std::string method = classical.empty() ? "fbp" : classical;
  const auto & rows = CTClassicalTable();
  if (std::none_of(rows.begin(), rows.end(), [&](const CTClassicalRow & row) { return method == row.name; }))
  {
    throw UsageError("--classical: given '" + method + "' for projections; required fbp, tv or pwls, for example");
  }
  return std::make_unique<LesionCT>(study, method);
}
} // namespace tweedie
