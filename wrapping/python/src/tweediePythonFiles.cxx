// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"
#include "tweediePythonModule.h"
#include "tweediePythonScans.h"

#include "tweedieCTScanFile.h"
#include "tweedieDicomSeries.h"
#include "tweedieImageFile.h"
#include "tweedieScanFile.h"

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
/** A reading function of one path, without the lock of Python. */
template <typename TRead>
auto
Read(const TRead & read)
{
  return [read](const std::string & path)
  {
    const auto result = [&]
    {
      const py::gil_scoped_release release;
      return read(path);
    }();
    return result;
  };
}
} // namespace

void
AddFiles(py::module_ & module)
{
  module.def("read_image",
             [](const std::string & path) { return ImageOf(Read([](auto p) { return ReadImage(p); })(path)); });
  module.def("write_image",
             [](const std::string & path, const py::object & image) { WriteImage(path, VolumeOf(image)); });
  module.def("read_mri_scan",
             [](const std::string & path) { return TreeOf(Read([](auto p) { return ReadScan(p); })(path)); });
  module.def("write_mri_scan",
             [](const std::string & path, const py::dict & scan) { WriteScan(path, MRIScanOf(scan)); });
  module.def("read_dicom",
             [](const std::string & path, const std::string & series)
             {
               DicomReadOptions options;
               options.series = series;
               Volume volume;
               {
                 const py::gil_scoped_release release;
                 volume = ReadDicomVolume(SelectDicomSeries(path, options));
               }
               return ImageOf(volume);
             });
  module.def("read_ct_scan",
             [](const std::string & path, const std::string & geometry)
             {
               CTScan scan;
               {
                 const py::gil_scoped_release release;
                 scan = ReadCTScan(path, geometry);
               }
               return TreeOf(scan);
             });
}
} // namespace python
} // namespace tweedie
