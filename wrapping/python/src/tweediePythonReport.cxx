// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"
#include "tweediePythonModule.h"

#include "tweedieDicomEstimate.h"
#include "tweedieEstimateReport.h"
#include "tweedieEstimator.h"
#include "tweedieHounsfieldEstimate.h"
#include "tweedieModelFile.h"

#include <filesystem>

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
/** more: {"statement", "units", "reference", "beside": [(name, image)], "caption"}. */
EstimateReport
ReportOf(const VolumeEstimate & estimate, const std::string & part, const py::dict & more)
{
  std::vector<std::string> methods;
  for (const EstimatorRow & row : EstimatorTable())
  {
    methods.emplace_back(row.name);
  }
  EstimateReport report = DescribeEstimate(estimate, part, methods);
  const auto statement = more["statement"].cast<std::string>();
  report.statement = statement.empty() ? report.statement : statement;
  report.units = more["units"].cast<std::string>();
  report.reference = VolumeOf(more["reference"]);
  for (const py::handle item : more["beside"].cast<py::list>())
  {
    const auto pair = item.cast<py::tuple>();
    report.beside.push_back({pair[0].cast<std::string>(), VolumeOf(pair[1]), false});
  }
  report.besideCaption = more["caption"].cast<std::string>();
  report.provenance = {{"date", ReportDate()}};
  return report;
}

void
Report(const std::string & path, const py::dict & estimate, const std::string & part, const py::dict & more)
{
  RequireReportName(path);
  const EstimateReport report = ReportOf(EstimateOf(estimate), part, more);
  const py::gil_scoped_release release;
  WriteEstimateReport(path, report, ReportDate());
}

/** Returns the paths of the new files. */
std::vector<std::string>
Dicom(const std::string & folder,
      const std::string & source,
      const std::string & series,
      const py::dict & tree,
      const py::dict & more,
      bool overwrite)
{
  const VolumeEstimate estimate = EstimateOf(tree);
  EstimateReport report = ReportOf(estimate, "magnitude", more);
  const std::string & prior = estimate.summary.prior;
  DicomReadOptions read;
  read.series = series;
  DicomWriteOptions options;
  options.overwrite = overwrite;
  const py::gil_scoped_release release;
  options.provenance =
      DicomProvenanceOf(estimate.summary, std::filesystem::is_regular_file(prior) ? FileSha256(prior) : "");
  options.provenance.configuration = report.entry.summary->options;
  options.provenance.statement = report.statement;
  const DicomSeries selected = SelectDicomSeries(source, read);
  report.units = selected.units.empty() ? report.units : selected.units;
  return WriteDicomEstimate(folder, report, estimate.nullSpaceShare, selected, options).files;
}
} // namespace

void
AddReport(py::module_ & module)
{
  module.def("write_report", &Report);
  module.def("write_dicom_estimate", &Dicom);
  module.def("in_hounsfield",
             [](const py::dict & estimate, double muWater)
             { return TreeOf(InHounsfield(EstimateOf(estimate), muWater)); });
}
} // namespace python
} // namespace tweedie
