// SPDX-License-Identifier: Apache-2.0
#include "tweedieInfo.h"

#include "tweedieDevice.h"
#include "tweedieDicomProjections.h"
#include "tweedieDicomSeries.h"
#include "tweedieError.h"
#include "tweedieFileKind.h"
#include "tweedieOutputs.h"
#include "tweedieTerminal.h"
#include "tweedieVerbTable.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace tweedie
{
namespace
{
struct InfoOptions
{
  std::string device = "cpu";
  DicomReadOptions dicom;

  void
  Visit(OptionVisitor & v)
  {
    v.Visit(Field("device", "where a model's golden pairs are run").Choices({"cpu", "cuda"}), device);
    dicom.Visit(v);
  }
};
} // namespace

std::string
InfoText(const InfoRows & rows)
{
  std::size_t width = 0;
  for (const auto & row : rows)
  {
    width = std::max(width, row.first.size());
  }
  std::string text;
  for (const auto & row : rows)
  {
    text += row.first + std::string(width + 2 - row.first.size(), ' ') + OneLine(row.second) + "\n";
  }
  return text;
}

void
RunInfo(CommandLine & line)
{
  std::vector<std::string> words;
  InfoOptions options;
  PhaseReadOptions patterns;
  line.AddPositionals(
      "[model|raw|scan|image|projections|patterns|dicom] FILE",
      "the file, or a folder of DICOM images or DICOM-CT-PD projections, and what it is if its name does not tell",
      words);
  line.Add("Options", options);
  line.Add("Patterns, where the file does not say it or is wrong", patterns);
  line.AddExample("tweedie info data/priors/brain-t1.safetensors");
  line.AddExample("tweedie info scan knee.cfl");
  line.AddExample("tweedie info ptycho.cxi --experiment fourier --object-size 128,128");
  if (!line.Parse())
  {
    return;
  }
  if (words.size() > 2)
  {
    throw UsageError("'" + words[2] + "': unexpected argument; required one file");
  }
  const std::string path = words.back();
  const std::string kind = words.size() == 2 ? words[0] : FileKindOf(path);
  if (kind == "model")
  {
    PrintModelInfo(path, DeviceFromName(options.device));
  }
  else if (kind == "scan")
  {
    Print(InfoText(ScanInfo(path)));
  }
  else if (kind == "raw")
  {
    Print(InfoText(RawInfo(path)));
  }
  else if (kind == "projections")
  {
    Print(InfoText(ProjectionInfo(path)));
  }
  else if (kind == "patterns")
  {
    Print(InfoText(PhaseInfo(path, patterns)));
  }
  else if (kind == "dicom")
  {
    Print(InfoText(DicomInfo(path)));
  }
  else if (kind == "image")
  {
    Print(InfoText(ImageInfo(path, options.dicom)));
  }
  else
  {
    throw UsageError("'" + kind +
                     "': unknown kind of file; required dicom, projections, patterns, model, raw, scan or image");
  }
}
} // namespace tweedie
