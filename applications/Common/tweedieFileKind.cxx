// SPDX-License-Identifier: Apache-2.0
#include "tweedieFileKind.h"

#include "tweedieDicomProjections.h"
#include "tweedieDicomSeries.h"
#include "tweedieMRIImageFile.h"
#include "tweedieMRIRawFile.h"
#include "tweedieOutputs.h"
#include "tweediePhaseScanFile.h"

#include <filesystem>
#include <fstream>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

/** Whether the description beside an image is one of diffraction patterns. */
bool
DescribesPatterns(const std::string & path)
{
  std::ifstream stream(OutputStem(path) + ".json", std::ios::binary);
  std::string start(4096, '\0'); // the format comes first
  stream.read(start.data(), static_cast<std::streamsize>(start.size()));
  return start.find("\"tweedie-phase\"") != std::string::npos;
}
} // namespace

std::string
FileKindOf(const std::string & path)
{
  const std::string extension = fs::path(path).extension().string();
  if (extension == ".safetensors")
  {
    return "model";
  }
  if (IsMRIRawFile(path))
  {
    return "raw";
  }
  if (IsMRIImageFile(path))
  {
    return "image";
  }
  if (IsHdf5Path(path) || (HasPhaseDescription(path) && DescribesPatterns(path)))
  {
    return "patterns";
  }
  std::error_code error;
  if (fs::is_directory(path, error))
  {
    return HasDicomProjections(path) ? "projections" : "dicom";
  }
  if (IsDicomPath(path))
  {
    return "dicom";
  }
  const bool isArray = extension.empty() || extension == ".cfl" || extension == ".hdr" || extension == ".json";
  return isArray && fs::exists(OutputStem(path) + ".json", error) ? "scan" : "image";
}
} // namespace tweedie
