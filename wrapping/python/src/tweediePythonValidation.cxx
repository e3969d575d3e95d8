// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonArrays.h"
#include "tweediePythonCallbacks.h"
#include "tweediePythonModule.h"
#include "tweediePythonScans.h"

#include "tweedieCTStudy.h"
#include "tweedieDataValidation.h"
#include "tweedieError.h"
#include "tweedieMRIStudy.h"
#include "tweedieNetworkDenoiser.h"
#include "tweedieOptionsSchema.h"
#include "tweediePhaseStudy.h"
#include "tweediePriorTable.h"

#include <functional>

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
using StudyMaker = std::function<std::unique_ptr<ScanStudy>()>;

/** The runs of a study, of a prior in a file. */
template <typename TOptions>
TOptions
PosteriorOf(const std::string & text)
{
  TOptions usual;
  usual.method = "daps";
  usual.steps = 40; // as tweedie validate data has it
  return OwnOptionsFromText<TOptions>(text, usual);
}

StudyMaker
MakerOf(const std::string & kind, const py::dict & tree, const std::string & options)
{
  if (kind == "mri")
  {
    return [scan = MRIScanOf(tree), posterior = PosteriorOf<PosteriorOptions>(options)]
    { return std::make_unique<MRIStudy>(scan, posterior); };
  }
  if (kind == "ct")
  {
    const CTScan scan = CTScanOf(tree);
    if (!scan.image)
    {
      throw UsageError("image_grid: the scan has none; required the grid of the image to reconstruct");
    }
    return [scan, posterior = PosteriorOf<CTPosteriorOptions>(options)]
    { return std::make_unique<CTStudy>(scan, *scan.image, posterior); };
  }
  return [scan = PhaseScanOf(tree), posterior = PosteriorOf<PhasePosteriorOptions>(options)]
  { return std::make_unique<PhaseStudy>(scan, posterior); };
}

py::dict
Validate(const std::string & kind,
         const py::dict & tree,
         const std::string & prior,
         const std::string & options,
         const std::string & posteriorOptions,
         const py::object & progress)
{
  const auto checks = OwnOptionsFromText<DataValidationOptions>(options);
  const StudyMaker maker = MakerOf(kind, tree, posteriorOptions);
  const ProgressCallback callback = ProgressOf(progress);
  DataValidation result;
  {
    const py::gil_scoped_release release;
    const auto network = LoadPrior(prior, c10::Device(c10::DeviceType::CPU));
    result = ValidateData(*maker(), checks, network.get(), callback);
  }
  py::dict answer;
  answer["estimate"] = TreeOf(result.estimate);
  answer["verdicts"] = VerdictsJson(result.verdicts);
  answer["not_tested"] = result.notTested;
  answer["seconds"] = result.seconds;
  return answer;
}
} // namespace

void
AddValidation(py::module_ & module)
{
  module.def("validate_data", &Validate);
}
} // namespace python
} // namespace tweedie
