// SPDX-License-Identifier: Apache-2.0
#include "tweedieLesionTest.h"

#include "tweedieError.h"
#include "tweedieLesionView.h"
#include "tweedieMetrics.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tweedie
{
namespace
{
/** Both methods, without an insert, of one undersampling. */
struct Baseline
{
  std::unique_ptr<const LesionScan> fewer; ///< null: the scan itself
  MethodView prior, classical;
  at::Tensor priorChange, classicalChange; ///< of samples from their mean, along its phase: [n, z, y, x], double
};

class LesionTest
{
public:
  LesionTest(const LesionScan & scan, const LesionOptions & options, const ProgressCallback & progress)
      : m_Scan(scan), m_Options(options), m_Progress(progress)
  {
    const Grid grid = scan.ImageGrid();
    m_Pixel = std::max(grid.spacing.x, grid.spacing.y);
    options.Require(m_Pixel);
    m_Contrasts = ParseLesionContrasts(options.contrasts);
    m_Runs =
        static_cast<std::int64_t>(options.accelerations.size() * (1 + options.diameters.size() * m_Contrasts.size()));
  }

  LesionResult
  Run()
  {
    const auto begin = std::chrono::steady_clock::now();
    m_Result.classical = m_Scan.ClassicalName();
    for (const double acceleration : m_Options.accelerations)
    {
      const Baseline base = MakeBaseline(acceleration);
      if (m_Centers.empty())
      {
        ChoosePlaces(base.prior);
      }
      for (const double diameter : m_Options.diameters)
      {
        for (const LesionContrast & contrast : m_Contrasts)
        {
          Insert(base, acceleration, diameter, contrast);
        }
      }
    }
    m_Result.runs = m_Done;
    m_Result.verdicts = JudgeLesions(m_Result, m_Options);
    m_Result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return std::move(m_Result);
  }

private:
  LesionInsert
  InsertOf(double diameter, const std::array<double, 3> & center) const
  {
    return {center, diameter, m_Pixel, m_Scan.TakesBalls()};
  }

  /** One bar over all posteriors. */
  ProgressCallback
  NextRun(const std::string & name)
  {
    const std::int64_t before = m_Done++;
    if (!m_Progress)
    {
      return {};
    }
    return [this, name, before](const ProgressReport & report)
    {
      constexpr double parts = 1000.0;
      ProgressReport all = report;
      const double share =
          report.steps > 0 ? static_cast<double>(report.step) / static_cast<double>(report.steps) : 0.0;
      all.task = name;
      all.step = static_cast<std::int64_t>(parts * (static_cast<double>(before) + share) / static_cast<double>(m_Runs));
      all.steps = static_cast<std::int64_t>(parts);
      return m_Progress(all);
    };
  }

  StudyRun
  RunOptions() const
  {
    StudyRun run;
    run.samples = m_Options.samples;
    run.seed = m_Options.seed;
    return run;
  }

  Baseline
  MakeBaseline(double acceleration)
  {
    Baseline base;
    if (acceleration > 1.0)
    {
      base.fewer = m_Scan.Without(LinesBeyond(m_Scan.Study().Lines(), acceleration));
    }
    const LesionScan & scan = base.fewer ? *base.fewer : m_Scan;
    base.prior = ViewOf(scan.Posterior({}, RunOptions(), NextRun("without an insert")));
    base.classical = ViewOf(scan.Classical({}));
    std::vector<at::Tensor> noisy;
    for (std::int64_t r = 0; r < m_Options.samples; ++r)
    {
      noisy.push_back(ViewOf(scan.ClassicalReplica(m_Options.seed, r)).image);
    }
    base.classical.samples = at::stack(noisy);
    base.priorChange = ChangeOf(base.prior);
    base.classicalChange = ChangeOf(base.classical);
    base.classical.samples = base.classical.samples - base.classical.image; // what noise alone does
    return base;
  }

  void
  ChoosePlaces(const MethodView & view)
  {
    m_FirstImage = view.image;
    const Grid grid = m_Scan.ImageGrid();
    const double largest = *std::max_element(m_Options.diameters.begin(), m_Options.diameters.end());
    const LesionInsert insert = InsertOf(largest, {});
    constexpr double objectShare = 0.1; // of a slice's largest value: above the noise around a head
    const at::Tensor mask = ForegroundMask(view.image.abs().to(at::kFloat), objectShare);
    m_Room = RoomFor(insert, grid, mask);
    if (!m_Options.at.empty())
    {
      m_Centers.push_back({m_Options.at[0], m_Options.at[1], m_Options.at[2]});
      RequireRoom(m_Centers.front(), grid, largest);
      return;
    }
    constexpr double apart = 2.0; // diameters between centres: neighbours of an insert are those of none
    for (const auto & index :
         RandomPlaces(m_Room, grid, m_Options.places, apart * (largest + m_Pixel), insert.isBall, m_Options.seed))
    {
      m_Centers.push_back(PointOfIndex(grid, index));
    }
  }

  void
  RequireRoom(const std::array<double, 3> & center, const Grid & grid, double diameter) const
  {
    const std::array<double, 3> index = IndexOfPoint(grid, center);
    const std::array<std::int64_t, 3> size{grid.size.x, grid.size.y, grid.size.z};
    std::array<std::int64_t, 3> pixel{};
    bool isInside = true;
    for (std::size_t i = 0; i < 3; ++i)
    {
      isInside = isInside && index[i] > -0.5 && index[i] < static_cast<double>(size[i]) - 0.5;
      pixel[i] = isInside ? std::llround(index[i]) : 0;
    }
    if (!isInside || !m_Room[pixel[2]][pixel[1]][pixel[0]].item<bool>())
    {
      throw UsageError("--at: given a place where an insert of " + LengthText(diameter) +
                       " mm is not inside of the object; required one (mm, LPS)");
    }
  }

  /** In units of the image. */
  double
  ContrastOf(const LesionContrast & contrast, const PlacedInsert & placed) const
  {
    switch (contrast.kind)
    {
    case LesionContrast::Kind::Percent:
      return 0.01 * contrast.value * placed.Value(m_FirstImage);
    case LesionContrast::Kind::Signal:
      return contrast.value / InsertSignal(m_Scan.Study().Data(), m_Scan.Measured(placed.insert));
    default:
      return contrast.value / m_Options.imageUnits;
    }
  }

  /** All places of one size and contrast, by both methods. */
  void
  Insert(const Baseline & base, double acceleration, double diameter, const LesionContrast & contrast)
  {
    const LesionScan & scan = base.fewer ? *base.fewer : m_Scan;
    std::vector<PlacedInsert> placed;
    std::vector<LesionRow> rows;
    at::Tensor signal, added = at::zeros_like(m_Room, at::kDouble);
    for (const auto & center : m_Centers)
    {
      const PlacedInsert & p = placed.emplace_back(InsertOf(diameter, center), m_Scan, base.prior.image);
      LesionRow row;
      row.acceleration = acceleration;
      row.diameter = diameter;
      row.contrastText = contrast.text;
      row.center = center;
      row.contrast = ContrastOf(contrast, p);
      const at::Tensor measured = scan.Measured(p.insert);
      row.signal = std::abs(row.contrast) * InsertSignal(scan.Study().Data(), measured);
      const at::Tensor one = measured.is_complex() ? measured * p.phase * row.contrast : measured * row.contrast;
      signal = signal.defined() ? signal + one : one;
      added += m_Scan.Shown(p.insert) * row.contrast;
      rows.push_back(row);
    }
    const MethodView prior = ViewOf(scan.Posterior(signal, RunOptions(), NextRun(contrast.text)));
    MethodView classical = ViewOf(scan.Classical(signal));
    classical.samples = classical.image + base.classical.samples;
    const std::size_t first = m_Result.rows.size();
    Score("posterior", false, base.prior, prior, base.priorChange, placed, rows);
    const Grid grid = m_Scan.ImageGrid();
    for (std::size_t i = first; i < m_Result.rows.size(); ++i)
    {
      const LesionRow & row = m_Result.rows[i];
      const auto slice = std::llround(IndexOfPoint(grid, row.center)[2]);
      const Volume inserts = VolumeFromTensor(added.unsqueeze(0), grid);
      KeepPicture(m_Result.pictures, {"", row, slice, base.prior.mean, prior.mean, inserts});
    }
    Score(m_Result.classical, true, base.classical, classical, base.classicalChange, placed, rows);
  }

  void
  Score(const std::string & method,
        bool isClassical,
        const MethodView & without,
        const MethodView & with,
        const at::Tensor & change,
        const std::vector<PlacedInsert> & placed,
        std::vector<LesionRow> rows)
  {
    double shown = 0.0, contrast = 0.0;
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
      const PlacedInsert & p = placed[i];
      rows[i].method = method;
      rows[i].isClassical = isClassical;
      rows[i].score =
          ScoreLesion(p.Values(with.samples), p.Value(with.image), p.Value(without.image), rows[i].contrast, p.shown);
      shown += p.shown / static_cast<double>(rows.size());
      contrast += rows[i].contrast / static_cast<double>(rows.size());
      m_Result.rows.push_back(rows[i]);
    }
    LesionGroup group = GroupOf(rows);
    const at::Tensor means = DiscMeans(change, placed.front().insert, m_Scan.ImageGrid());
    group.falseInsertions = FalseInsertions(means / shown, m_Room, contrast);
    m_Result.groups.push_back(group);
  }

  const LesionScan & m_Scan;
  const LesionOptions & m_Options;
  const ProgressCallback & m_Progress;
  double m_Pixel = 1.0;
  std::vector<LesionContrast> m_Contrasts;
  std::int64_t m_Runs = 0, m_Done = 0;
  at::Tensor m_Room;       ///< of the largest insert
  at::Tensor m_FirstImage; ///< percentages are of this one, whatever the undersampling
  std::vector<std::array<double, 3>> m_Centers;
  LesionResult m_Result;
};
} // namespace

void
LesionOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("diameters", "of the inserts").Unit("mm").Above(0).Range(0, 1000), diameters);
  v.Visit(Field("contrasts",
                "of the inserts, below 0 for dark ones: in units of the image (0.1), of the image's mean where the "
                "insert goes (20%), or times the noise, as an observer sees it who knows the insert (5snr)"),
          contrasts);
  v.Visit(Field("places", "random places inside of the object, all of them in one scan, two diameters apart")
              .Range(1, 10000),
          places);
  v.Visit(Field("at", "one place instead: x,y,z in the patient (LPS)").Unit("mm"), at);
  v.Visit(Field("accelerations",
                "one of so many lines (ct: views) is kept, beside those that calibrate; 1: all that there are")
              .Range(1, 100),
          accelerations);
  v.Visit(Field("samples", "posterior samples of each run, and replicas of the classical method").Range(2, 100000),
          samples);
  v.Visit(Field("seed", "of places, and of samples: the same ones with an insert and without").Range(0), seed);
}

void
LesionOptions::Require(double pixel) const
{
  ValidateOptions(*this);
  if (diameters.empty() || accelerations.empty())
  {
    throw UsageError("--diameters, --accelerations: given none; required one of each at least");
  }
  if (!at.empty() && at.size() != 3)
  {
    throw UsageError("--at: given " + std::to_string(at.size()) + " numbers; required x,y,z");
  }
  for (const double diameter : diameters)
  {
    if (diameter < pixel * (1.0 - 1e-6)) // spacings come from files
    {
      throw UsageError("--diameters: given an insert smaller than a pixel; required diameters of at least one");
    }
  }
}

LesionResult
TestLesions(const LesionScan & scan, const LesionOptions & options, const ProgressCallback & progress)
{
  return LesionTest(scan, options, progress).Run();
}
} // namespace tweedie
