// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomInstances.h"

#include "tweedieChildProcess.h"
#include "tweedieDicomFile.h"
#include "tweedieDicomHeader.h"
#include "tweedieDicomItems.h"
#include "tweedieDicomUid.h"
#include "tweedieError.h"
#include "tweedieFilesBelow.h"
#include "tweedieQuietDcmtk.h"

#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace tweedie
{
namespace
{
namespace fs = std::filesystem;

/** Of the data set, which is what the peer goes by; else of the meta information. */
std::string
UidOf(DcmFileFormat & format, const DcmTagKey & tag, const DcmTagKey & metaTag)
{
  const std::string uid = DicomItems::Text(format.getDataset(), tag);
  return uid.empty() ? DicomItems::Text(format.getMetaInfo(), metaTag) : uid;
}

/** Where the data set begins: behind preamble, prefix and group 2, whose length is its first element. */
std::uint64_t
DataOffset(const std::string & path)
{
  std::array<unsigned char, 144> head{};
  std::ifstream stream(path, std::ios::binary);
  stream.read(reinterpret_cast<char *>(head.data()), head.size());
  constexpr std::array<unsigned char, 8> groupLength{2, 0, 0, 0, 'U', 'L', 4, 0};
  if (!stream || !std::equal(groupLength.begin(), groupLength.end(), head.begin() + 132))
  {
    return 0;
  }
  std::uint64_t length = 0;
  for (std::size_t i = 4; i > 0; --i)
  {
    length = length << 8U | head[139 + i];
  }
  return head.size() + length;
}

/** One line: kind, UID, syntax, offset. */
std::string
Describe(const std::string & path)
{
  DcmFileFormat format;
  if (IsDicom(path))
  {
    LoadDicom(path, format);
  }
  const std::string kind = UidOf(format, DCM_SOPClassUID, DCM_MediaStorageSOPClassUID);
  const std::string uid = UidOf(format, DCM_SOPInstanceUID, DCM_MediaStorageSOPInstanceUID);
  const std::string syntax = DicomItems::Text(format.getMetaInfo(), DCM_TransferSyntaxUID);
  const std::uint64_t offset = DataOffset(path);
  if (!IsUid(kind) || !IsUid(uid) || !IsUid(syntax) || offset == 0)
  {
    throw DataError("DICOM send: given " + path + "; required a DICOM file with its meta information and proper UIDs");
  }
  return kind + " " + uid + " " + syntax + " " + std::to_string(offset);
}
} // namespace

DicomInstances
FindInstances(const std::vector<std::string> & paths, std::size_t & foreign)
{
  std::vector<std::string> files;
  foreign = 0;
  for (const std::string & path : paths)
  {
    std::error_code error;
    if (!fs::is_directory(path, error))
    {
      files.push_back(path);
      continue;
    }
    for (const std::string & file : FilesBelow(path))
    {
      IsDicom(file) ? files.push_back(file) : void(++foreign);
    }
  }
  DicomInstances instances;
  std::set<std::string> known;
  ChildLimits limits;
  limits.seconds += files.size() / 10;
  RunInChild(
      "DICOM send",
      limits,
      [&](const std::function<void(const std::string &)> & emit)
      {
        const QuietDcmtk quiet;
        for (const std::string & file : files)
        {
          emit(Describe(file));
        }
      },
      [&, next = files.begin()](const std::string & line) mutable
      {
        DicomInstance instance;
        instance.file = *next++;
        std::istringstream(line) >> instance.kind >> instance.uid >> instance.syntax >> instance.offset;
        const bool isDirectory = instance.kind == UID_MediaStorageDirectoryStorage;
        foreign += isDirectory ? 1 : 0;
        if (!isDirectory && known.insert(instance.uid).second)
        {
          instances.push_back(instance);
        }
      });
  return instances;
}
} // namespace tweedie
