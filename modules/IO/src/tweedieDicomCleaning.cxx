// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomCleaning.h"

#include "tweedieDicomFile.h"
#include "tweedieDicomHeader.h"
#include "tweedieDicomPut.h"
#include "tweedieDicomUid.h"
#include "tweedieError.h"

#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcmetinf.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmdata/dcwcache.h>

#include <vector>

namespace tweedie
{
namespace
{
constexpr std::size_t bytesPerMessage = std::size_t(1) << 20U;

bool
Has(const std::string & text, const char * part)
{
  return text.find(part) != std::string::npos;
}

/** Images, and what is made of their pixels alone. */
bool
IsImageClass(const std::string & name)
{
  return Has(name, "ImageStorage") || name == "ParametricMapStorage" || name == "SegmentationStorage";
}

/** Objects that are photographs of screens, paper, people or labels more often than not. */
bool
IsOftenBurnedIn(const std::string & name, const std::string & imageType)
{
  return Has(name, "SecondaryCapture") || Has(name, "Ultrasound") || name.rfind("VL", 0) == 0 ||
         name.rfind("Video", 0) == 0 || Has(imageType, "SCREEN SAVE");
}

/** Overlays in bits of the pixels that the image does not use, as they were before 2004. */
bool
HasEmbeddedOverlay(DcmDataset & set)
{
  for (unsigned group = 0x6000; group < 0x6020; group += 2)
  {
    const auto number = static_cast<Uint16>(group);
    if (set.tagExists(DcmTagKey(number, 0x0010)) && !set.tagExistsWithValue(DcmTagKey(number, 0x3000)))
    {
      return true;
    }
  }
  return false;
}

/** Why an object is not one that can be cleaned; empty where it can. */
std::string
Problem(DcmDataset & set, bool allowsBurnedIn)
{
  const std::string kind = TextOf(set, DCM_SOPClassUID);
  const char * known = dcmFindNameOfUID(kind.c_str());
  const std::string name = known == nullptr ? "" : known;
  if (!IsImageClass(name))
  {
    return "given " + (name.empty() ? "an object that DICOM does not define" : name) +
           ", which may name the patient anywhere; required an image, a parametric map or a segmentation";
  }
  if (!set.tagExists(DCM_PixelData) && !set.tagExists(DCM_FloatPixelData) && !set.tagExists(DCM_DoubleFloatPixelData))
  {
    return "given " + name + " without pixels; required an image";
  }
  if (!set.tagExistsWithValue(DCM_SOPInstanceUID))
  {
    return "given no SOPInstanceUID; required one";
  }
  const std::string burnedIn = TextOf(set, DCM_BurnedInAnnotation);
  const std::string required = "; required pixels without text, or --burned-in to go on all the same";
  if (!allowsBurnedIn && burnedIn == "YES")
  {
    return "given BurnedInAnnotation YES" + required;
  }
  if (!allowsBurnedIn && burnedIn != "NO" && IsOftenBurnedIn(name, TextOf(set, DCM_ImageType)))
  {
    return "given " + name + " that does not say BurnedInAnnotation NO" + required;
  }
  if (!allowsBurnedIn && HasEmbeddedOverlay(set))
  {
    return "given an overlay inside of the pixels" + required;
  }
  return "";
}

/** As it would be saved, in its own transfer syntax, so that pixels stay what they are. */
void
EmitFile(DcmFileFormat & file,
         E_TransferSyntax syntax,
         const std::string & path,
         const std::function<void(const std::string &)> & emit)
{
  std::vector<char> buffer(bytesPerMessage);
  DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
  const auto pass = [&]
  {
    void * bytes = nullptr;
    offile_off_t length = 0;
    stream.flushBuffer(bytes, length);
    emit(static_cast<char>(CleaningMessage::Bytes) +
         std::string(static_cast<const char *>(bytes), static_cast<std::size_t>(length)));
  };
  DcmWriteCache cache;
  file.transferInit();
  OFCondition status = EC_StreamNotifyClient;
  while (status == EC_StreamNotifyClient)
  {
    status = file.write(stream, syntax, EET_ExplicitLength, &cache, EGL_withoutGL, EPD_withoutPadding);
    pass();
  }
  if (status.bad())
  {
    throw DataError(path + ": given a file that cannot be written again (" + status.text() + "); required a whole one");
  }
  while (!stream.isFlushed()) // what a deflated data set has kept back
  {
    stream.flush();
    pass();
  }
  file.transferEnd();
}
} // namespace

void
EmitCleaned(const std::string & path,
            const DicomCleaner & cleaner,
            const Pseudonyms & pseudonyms,
            const DeidentifyOptions & options,
            const std::function<void(const std::string &)> & emit)
{
  const auto say = [&](CleaningMessage kind, const std::string & text) { emit(static_cast<char>(kind) + text); };
  try
  {
    if (!IsDicom(path))
    {
      throw DataError(path + ": given no DICOM file; required one");
    }
    DcmFileFormat file;
    LoadDicom(path, file);
    if (TextOf(*file.getMetaInfo(), DCM_MediaStorageSOPClassUID) == UID_MediaStorageDirectoryStorage)
    {
      return say(CleaningMessage::Directory, "");
    }
    const std::string problem = Problem(*file.getDataset(), options.burnedIn);
    if (!problem.empty())
    {
      throw DataError(path + ": " + problem);
    }
    const E_TransferSyntax syntax = file.getDataset()->getOriginalXfer();
    const std::string patient = pseudonyms.Patient(DicomCleaner::Identity(*file.getDataset()));
    cleaner.Clean(*file.getDataset(), options.patientId.empty() ? patient : options.patientId);
    const std::string uid = TextOf(*file.getDataset(), DCM_SOPInstanceUID);
    // What the meta information said of sender and writer, and the preamble, stay behind.
    DcmFileFormat cleaned(file.getAndRemoveDataset(), OFFalse);
    EmitFile(cleaned, syntax, path, emit);
    say(CleaningMessage::Done, uid + " " + patient);
  }
  catch (const DataError & error)
  {
    say(CleaningMessage::Refused, error.what());
  }
}
} // namespace tweedie
