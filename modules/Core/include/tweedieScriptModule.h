// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieScriptModule_h
#define tweedieScriptModule_h

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <memory>
#include <string>
#include <vector>

namespace tweedie
{
/** A TorchScript module that the user names. Such a file holds code and runs it, unlike the model files of priors: load
 * only what you trust. Nothing else in the library loads one, and nothing is found or fetched by itself. */
class ScriptModule
{
public:
  /** Loads the module onto the device, in evaluation mode, its parameters as constants. what: for messages, "feature
   * network". Throws DataError for a file that is missing, is no TorchScript, or has no forward. */
  ScriptModule(std::string what, std::string path, c10::Device device);

  /** The outputs of forward(x): one tensor, or those of a list or tuple (undefined where an element is no tensor; none
   * for other kinds). Differentiable in x where gradients are recorded. Thread-safe. Throws DataError "what: path:
   * cause; required ..." where the module refuses x. */
  std::vector<at::Tensor> Forward(const at::Tensor & x, const std::string & required) const;

  /** "what: path", for messages. */
  std::string Where() const;

private:
  struct Implementation;
  std::string m_What;
  std::string m_Path;
  std::shared_ptr<const Implementation> m_Implementation;
};
} // namespace tweedie

#endif
