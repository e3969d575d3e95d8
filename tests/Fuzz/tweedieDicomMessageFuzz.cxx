// SPDX-License-Identifier: Apache-2.0
// The messages of the process that reads DICOM headers, which a file may have made its own.
#include "tweedieDicomImage.h"
#include "tweedieDicomOrder.h"
#include "tweedieFuzz.h"

int
LLVMFuzzerTestOneInput(const std::uint8_t * bytes, std::size_t size)
{
  using namespace tweedie;
  fuzz::Hold(
      [&]
      {
        const DicomHeader header = HeaderFromMessage(fuzz::Text(bytes, size));
        fuzz::Require(HeaderFromMessage(ToMessage(header)).images.size() == header.images.size());
        for (const DicomGroup & group : GroupDicom(header.images))
        {
          VolumeOf(group, {});
        }
      });
  return 0;
}
