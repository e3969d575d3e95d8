// SPDX-License-Identifier: Apache-2.0
#include "tweediePythonModule.h"

#include "tweedieCTClassical.h"
#include "tweedieCTGeometryOptions.h"
#include "tweedieCTPosterior.h"
#include "tweedieCTSimulation.h"
#include "tweedieDataValidation.h"
#include "tweedieError.h"
#include "tweedieEstimator.h"
#include "tweedieMRIClassical.h"
#include "tweedieMRIPosterior.h"
#include "tweedieMRISimulation.h"
#include "tweedieOptionsSchema.h"
#include "tweediePhaseClassical.h"
#include "tweediePhasePosterior.h"
#include "tweediePhaseScanFile.h"
#include "tweediePhaseSimulation.h"
#include "tweedieRestorationPosterior.h"
#include "tweedieRestorationTaskOptions.h"
#include "tweedieRestorationTasks.h"
#include "tweedieRestorationVolume.h"

namespace py = pybind11;

namespace tweedie
{
namespace python
{
namespace
{
/** What a call of Python can be told: the fields of these structs. */
struct SchemaRow
{
  const char * call;
  std::string (*schema)();
};

template <typename TOptions>
std::string
Schema()
{
  return SchemaOf(TOptions());
}

const std::vector<SchemaRow> &
SchemaTable()
{
  static const std::vector<SchemaRow> table{{"simulate mri", Schema<MRISimulationOptions>},
                                            {"simulate ct", Schema<CTSimulationOptions>},
                                            {"simulate phase", Schema<PhaseSimulationOptions>},
                                            {"simulate restoration task", Schema<RestorationTaskOptions>},
                                            {"simulate restoration noise", Schema<RestorationNoiseOptions>},
                                            {"read phase", Schema<PhaseReadOptions>},
                                            {"geometry ct", Schema<CTGeometryOptions>},
                                            {"reconstruct mri posterior", Schema<PosteriorOptions>},
                                            {"reconstruct mri classical", Schema<MRIClassicalOptions>},
                                            {"reconstruct ct posterior", Schema<CTPosteriorOptions>},
                                            {"reconstruct ct classical", Schema<CTClassicalOptions>},
                                            {"reconstruct phase posterior", Schema<PhasePosteriorOptions>},
                                            {"reconstruct phase classical", Schema<PhaseClassicalOptions>},
                                            {"reconstruct restoration posterior", Schema<RestorationPosteriorOptions>},
                                            {"reconstruct restoration classical", Schema<RestorationVolumeOptions>},
                                            {"reconstruct linear posterior", Schema<PosteriorOptions>},
                                            {"validate data", Schema<DataValidationOptions>}};
  return table;
}

template <typename TRows>
py::list
Names(const TRows & rows)
{
  py::list names;
  for (const auto & row : rows)
  {
    names.append(py::make_tuple(row.name, row.description));
  }
  return names;
}

py::list
PosteriorMethods()
{
  py::list names;
  for (const EstimatorRow & row : EstimatorTable())
  {
    names.append(py::make_tuple(row.name, row.description));
  }
  return names;
}
} // namespace

void
AddOptions(py::module_ & module)
{
  module.def("schema",
             [](const std::string & call)
             {
               for (const SchemaRow & row : SchemaTable())
               {
                 if (call == row.call)
                 {
                   return row.schema();
                 }
               }
               throw UsageError("schema: given " + call + "; required the name of a call");
             });
  module.def("methods",
             [](const std::string & kind)
             {
               return kind == "mri"           ? Names(ClassicalMethods())
                      : kind == "ct"          ? Names(CTClassicalTable())
                      : kind == "phase"       ? Names(PhaseClassicalTable())
                      : kind == "restoration" ? Names(RestorationClassicalTable())
                      : kind == "posterior"   ? PosteriorMethods()
                                              : throw UsageError("methods: given " + kind +
                                                               "; required mri, ct, phase, restoration or posterior");
             });
}
} // namespace python
} // namespace tweedie
