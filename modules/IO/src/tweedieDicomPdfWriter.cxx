// SPDX-License-Identifier: Apache-2.0
#include "tweedieAtomicFile.h"
#include "tweedieDicomDerived.h"
#include "tweedieError.h"
#include "tweedieQuietDcmtk.h"

#include <dcmtk/dcmdata/dcuid.h>

#include <set>

namespace tweedie
{
std::string
WriteEncapsulatedPdf(const std::string & path,
                     const std::string & pdf,
                     const DicomSeries & source,
                     const std::string & title,
                     const DicomWriteOptions & options)
{
  if (pdf.rfind("%PDF-", 0) != 0)
  {
    throw DataError("DICOM report: given bytes that are no PDF file; required "
                    "those of one");
  }
  RequireWritable(path, options.overwrite);
  const QuietDcmtk quiet;
  const DerivedSeries series(source, options, "report " + title);
  const DicomSource from = SourceOf(source, source.grid, 0);
  DcmFileFormat file;
  DcmItem & object = *file.getDataset();
  series.Fill(object, from, UID_EncapsulatedPDFStorage, 1, "DOC");
  PutText(object, DCM_SeriesDescription, PlainText(options.description.empty() ? title : options.description, 64));
  PutText(object, DCM_ConversionType, "WSD");
  from.CopyOrEmpty(object, {DCM_AcquisitionDateTime});
  PutText(object, DCM_BurnedInAnnotation,
          "NO"); // nothing in the page tells who the patient is
  PutText(object, DCM_DocumentTitle, PlainText(title, 1024));
  PutEmptySequence(object, DCM_ConceptNameCodeSequence);
  std::set<std::string> named;
  for (const DicomFrame & frame : source.frames)
  {
    if (named.insert(frame.instanceUid).second)
    {
      DcmItem & instance = AddItem(object, DCM_SourceInstanceSequence);
      PutText(instance, DCM_ReferencedSOPClassUID, frame.classUid);
      PutText(instance, DCM_ReferencedSOPInstanceUID, frame.instanceUid);
      AddCode(instance, DCM_PurposeOfReferenceCodeSequence, SourcePurposeCode());
    }
  }
  PutText(object, DCM_MIMETypeOfEncapsulatedDocument, "application/pdf");
  std::vector<std::uint8_t> bytes(pdf.begin(), pdf.end());
  bytes.resize((pdf.size() + 1) / 2 * 2); // of even length; the next attribute says where the document ends
  PutBytes(object, DCM_EncapsulatedDocument, bytes);
  PutInteger(object, DCM_EncapsulatedDocumentLength, static_cast<std::int64_t>(pdf.size()));
  WriteAtomically(path, [&](const std::string & temporary) { DerivedSeries::Save(file, temporary); });
  return series.Uid();
}
} // namespace tweedie
