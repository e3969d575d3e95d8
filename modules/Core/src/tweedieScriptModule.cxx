// SPDX-License-Identifier: Apache-2.0
#include "tweedieScriptModule.h"

#include "tweedieError.h"
#include "tweedieGuard.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>

#include <filesystem>
#include <new>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace tweedie
{
struct ScriptModule::Implementation
{
  torch::jit::Module module;
};

namespace
{
/** The last line of a message, which in those of TorchScript's interpreter holds the cause below a traceback. */
std::string
LastLine(const std::exception & exception)
{
  const auto * error = dynamic_cast<const c10::Error *>(&exception);
  std::istringstream text(error != nullptr ? error->what_without_backtrace() : exception.what());
  std::string last;
  for (std::string line; std::getline(text, line);)
  {
    const auto start = line.find_first_not_of(" \t\r");
    last = start == std::string::npos ? last : line.substr(start);
  }
  return last;
}

/** To be called while LibTorch's exception is handled: out of memory stays that, all else is a fault of the file. */
[[noreturn]] void
ThrowAsDataError(const std::exception & exception, const std::string & where, const std::string & required)
{
  if (dynamic_cast<const std::bad_alloc *>(&exception) != nullptr)
  {
    throw;
  }
  const std::string cause = LastLine(exception);
  const Error translated = TranslateException(std::make_exception_ptr(std::runtime_error(cause)));
  if (translated.Code() == ExitCode::Numerical)
  {
    throw NumericalError(where + ": " + translated.what());
  }
  throw DataError(where + ": " + cause + "; required " + required);
}

torch::jit::Module
LoadModule(const std::string & what, const std::string & path, c10::Device device)
{
  std::error_code ignored; // whatever keeps the file from being looked at, it cannot be loaded
  if (!std::filesystem::is_regular_file(path, ignored))
  {
    throw DataError(what + ": given " + path + ", which is no file; required a TorchScript file");
  }
  try
  {
    torch::jit::Module module = torch::jit::load(path, device);
    module.eval();
    for (at::Tensor parameter : module.parameters())
    {
      parameter.requires_grad_(false);
    }
    return module;
  }
  catch (const std::exception & exception)
  {
    ThrowAsDataError(exception, what + ": " + path, "a TorchScript file");
  }
}

std::vector<at::Tensor>
TensorsOf(const c10::IValue & value)
{
  if (value.isTensor())
  {
    return {value.toTensor()};
  }
  if (value.isTensorList())
  {
    return value.toTensorVector();
  }
  std::vector<at::Tensor> tensors;
  if (value.isTuple())
  {
    for (const c10::IValue & element : value.toTupleRef().elements())
    {
      tensors.push_back(element.isTensor() ? element.toTensor() : at::Tensor());
    }
  }
  return tensors;
}
} // namespace

ScriptModule::ScriptModule(std::string what, std::string path, c10::Device device)
    : m_What(std::move(what)), m_Path(std::move(path)),
      m_Implementation(std::make_shared<Implementation>(Implementation{LoadModule(m_What, m_Path, device)}))
{
  if (!m_Implementation->module.find_method("forward"))
  {
    throw DataError(Where() + " has no forward; required a module with one");
  }
}

std::vector<at::Tensor>
ScriptModule::Forward(const at::Tensor & x, const std::string & required) const
{
  // The optimiser watches the first calls and then replaces the code: the same images would not give the same bits.
  const torch::jit::GraphOptimizerEnabledGuard plain(false);
  try
  {
    return TensorsOf(m_Implementation->module.get_method("forward")({x}));
  }
  catch (const std::exception & exception)
  {
    ThrowAsDataError(exception, Where(), required);
  }
}

std::string
ScriptModule::Where() const
{
  return m_What + ": " + m_Path;
}
} // namespace tweedie
