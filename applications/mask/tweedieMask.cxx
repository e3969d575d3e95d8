// SPDX-License-Identifier: Apache-2.0
#include "tweedieCommandLine.h"
#include "tweedieError.h"
#include "tweedieImageFile.h"
#include "tweedieOutputs.h"
#include "tweedieRawInput.h"
#include "tweedieReportTable.h"
#include "tweedieSamplingPattern.h"
#include "tweedieScanFile.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"
#include "tweedieVolumeTensor.h"

#include <ATen/ATen.h>

namespace tweedie
{
namespace
{
struct MaskFiles
{
  std::vector<double> size;
  std::string output;
  bool overwrite = false;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("size", "without a scan: x,y of the mask").Range(1, 65535), size);
    v.Visit(Field("output", "the scan with fewer samples (.cfl, .hdr, .json), or the mask as an image")
                .Writes(PathKind::File),
            output);
    v.Visit(Field("overwrite", "replace an output that exists"), overwrite);
  }
};

MRIScan
ReadCartesian(const std::string & path, const RawInputOptions & raw)
{
  MRIScan scan = ReadScanInput(path, raw).scan;
  if (!IsCartesian(scan))
  {
    throw DataError(path + ": given a scan along a trajectory; required a Cartesian one");
  }
  return scan;
}

/** Keeps the samples of a mask. */
void
ApplyMask(MRIScan & scan, const at::Tensor & mask)
{
  at::Tensor kspace = TensorView(scan.kspace), measured = TensorView(scan.mask);
  kspace.mul_(mask);
  measured.mul_(mask);
  if (!(measured.sum() > 0).item<bool>())
  {
    throw DataError("mask: none of its samples was measured; required some");
  }
}

Axes<std::int64_t>
SizeOf(const std::vector<double> & size)
{
  if (size.size() != 2)
  {
    throw UsageError("--size: given " + std::to_string(size.size()) + " numbers; required x,y, or a scan");
  }
  return Axes<std::int64_t>::FromXyz({static_cast<std::int64_t>(size[0]), static_cast<std::int64_t>(size[1]), 1});
}
} // namespace

void
RunMask(CommandLine & line)
{
  std::vector<std::string> scans;
  MaskFiles files;
  SamplingPatternOptions options;
  RawInputOptions raw;
  line.AddPositionals(
      "SCAN", "scan, BART k-space or ISMRMRD file to take samples from; without it a mask is made", scans, 0);
  line.Add("Files", files);
  line.Add("Mask", options);
  line.Add(RawHeading, raw);
  line.Require({"output"});
  line.AddExample("tweedie mask knee.h5 --kind equispaced-fraction --acceleration 4 --output knee-4x");
  line.AddExample("tweedie mask --size 256,256 --kind poisson --acceleration 8 --output mask.nii.gz");
  if (!line.Parse())
  {
    return;
  }
  if (scans.size() > 1 || scans.empty() == files.size.empty())
  {
    throw UsageError("given " + std::to_string(scans.size()) + " scans and --size " +
                     (files.size.empty() ? "not" : "too") + "; required one of the two");
  }
  Outputs outputs(files.overwrite);
  MRIScan scan;
  Grid grid;
  if (scans.empty())
  {
    outputs.AddImage("--output", files.output);
    grid.size = SizeOf(files.size);
  }
  else
  {
    outputs.AddInput(scans[0]);
    outputs.AddScan("--output", files.output, {true});
    scan = ReadCartesian(scans[0], raw);
    grid = scan.kspace.GetGrid();
  }
  const SamplingPattern pattern = MakeSamplingPattern(grid.size.y, grid.size.x, options);
  double effective = pattern.effectiveAcceleration;
  if (!scans.empty())
  {
    ApplyMask(scan, pattern.mask);
    effective = 1.0 / TensorView(scan.mask).mean(at::kDouble).item<double>();
  }
  outputs.Write(
      [&]
      {
        if (scans.empty())
        {
          WriteImage(files.output, VolumeFromTensor(pattern.mask.view({1, 1, grid.size.y, grid.size.x}), grid));
          return;
        }
        WriteScan(files.output, scan);
      });
  Print(files.output + ": effective acceleration " + FormatNumber(effective, 2) + "\n");
}
} // namespace tweedie
