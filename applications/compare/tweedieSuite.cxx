// SPDX-License-Identifier: Apache-2.0
#include "tweedieSuite.h"

namespace tweedie
{
void
SuiteOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("suite",
                "run a whole protocol in place of comparing images: mri-brain, mri-coils, ct-head, phase, papers "
                "(these continue "
                "where they stopped) or rmp-ablation")
              .Unit("NAME"),
          suite);
  v.Visit(Field("image", "real image to simulate from").Reads(PathKind::Image), image);
  v.Visit(Field("prior", "model file").Reads(PathKind::File), prior);
  v.Visit(Field("axis", "what a slice is, by the image's orientation").Choices({"axial", "coronal", "sagittal"}), axis);
  v.Visit(Field("slices",
                "held-out slices that are judged, FIRST:LAST[:STEP] with commas; absent: 84:107, ct-head and phase "
                "36:47,84:95")
              .Unit("RANGES"),
          slices);
  v.Visit(Field("tuning-slices",
                "other slices, on which the weight of total variation is chosen; absent: 64:72:8,116:124:8, "
                "ct-head 20,60,72, phase 33,50,82,98")
              .Unit("RANGES"),
          tuningSlices);
  v.Visit(Field("seeds", "repetitions with other masks, coils, phases and noise; absent: mri-brain 3, others 1")
              .Range(1, 1000),
          seeds);
  v.Visit(Field("limit", "slices at most, evenly chosen; 0: all").Range(0), limit);
  v.Visit(
      Field("size", "papers: central part of each slice; all of it, cut to multiples of 8, if not given").Unit("X,Y"),
      size);
  v.Visit(
      Field("only", "configurations to run, papers: tasks or methods, phase: either; repeat for several").Unit("NAME"),
      only);
  v.Visit(Field("calls", "papers: network calls for an image at most, samples included; a row of a method for each")
              .Range(2, 100000),
          calls);
  v.Visit(Field("lambdas",
                "weights of total variation (mri-coils: of wavelets too) to choose from, in units of the 99.9th "
                "percentile (ct-head, phase: as in "
                "reconstruct); absent: 6 to 9 of them")
              .Above(0.0),
          lambdas);
  v.Visit(Field("tv-iterations",
                "of total variation at most, in mri-brain, mri-coils, ct-head, phase; absent: 5000, 1000, 2000, 100")
              .Range(1, 1e9),
          tvIterations);
  v.Visit(Field("device", "where to compute").Choices({"cpu", "cuda"}), device);
}

const std::vector<SuiteRow> &
SuiteTable()
{
  static const std::vector<SuiteRow> table = {
      {"mri-brain",
       "undersampled MRI of held-out brain slices: 8 coils and one, RMP and DAPS against TV",
       true,
       RunBrainSuite},
      {"mri-coils",
       "8 coils with maps of ESPIRiT, lines and spokes: RMP and DAPS against TV and wavelets",
       true,
       RunCoilsSuite},
      {"ct-head",
       "sparse-view and limited-angle CT of held-out head slices: RMP and DAPS against TV",
       true,
       RunHeadCTSuite},
      {"phase",
       "coded and far-field diffraction patterns of held-out head slices: posterior methods against iterative ones",
       true,
       RunPhaseSuite},
      {"papers", "every method and classical rival on every task of held-out slices", true, RunPapersSuite},
      {"rmp-ablation",
       "what reverse mean propagation depends on, where the posterior is known exactly",
       false,
       RunAblationSuite},
  };
  return table;
}
} // namespace tweedie
