// SPDX-License-Identifier: Apache-2.0
#include "tweedieDicomReceive.h"

namespace tweedie
{
void
DicomReceiveOptions::Visit(OptionVisitor & v)
{
  v.Visit(Field("output", "folder for the files, as STUDY/SERIES/INSTANCE.dcm").Writes(PathKind::Folder), output);
  v.Visit(Field("port", "to listen at; 0: one that is free").Range(0, 65535), port);
  v.Visit(Field("bind", "address to listen at; 0.0.0.0 for all of this machine").Unit("ADDRESS"), bind);
  v.Visit(Field("ae", "application entity title of this program; ANY-SCP will do too").Unit("TITLE"), ae);
  v.Visit(Field("allow-ae", "calling title that may send; repeat the flag for more [all]").Unit("TITLE"), allowAe);
  v.Visit(Field("timeout", "seconds to wait for the next message of a peer").Range(1, 86400), timeoutSeconds);
  v.Visit(Field("max-associations", "served at the same time").Range(1, 256), maxAssociations);
  v.Visit(Field("max-file-size", "MiB of one instance").Above(0.0), maxFileSize);
  v.Visit(Field("max-files", "DICOM files in the folder").Range(1), maxFiles);
  v.Visit(Field("max-total-size", "GiB of all DICOM files in the folder").Above(0.0), maxTotalSize);
  v.Visit(Field("series-timeout", "seconds without a new instance after which a series is complete").Range(0, 86400),
          seriesTimeout);
  v.Visit(Field("overwrite", "replace an instance by another with its UID, instead of refusing it"), overwrite);
  tls.Visit(v);
}
} // namespace tweedie
