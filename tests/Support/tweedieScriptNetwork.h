// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieScriptNetwork_h
#define tweedieScriptNetwork_h

#include "tweedieRandom.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include <string>

namespace tweedie
{
namespace test
{
/** Writes a TorchScript module to path: code, its methods; self.weight, a convolution [outputs, inputs, 3, 3] of random
 * numbers. */
inline void
WriteScriptModule(const std::string & path, const std::string & code, std::int64_t outputs, std::int64_t inputs)
{
  torch::jit::Module module("Network");
  module.register_attribute("training", c10::BoolType::get(), true);
  RandomStreams streams(8, {0});
  module.register_parameter("weight", streams.Normal({outputs, inputs, 3, 3}, at::kFloat)[0], false);
  if (!code.empty())
  {
    module.define(code);
  }
  module.save(path);
}

/** The code of a smooth non-linear blur with as many channels out as in. */
constexpr char ScriptedBlur[] = R"(
def forward(self, x):
    y = torch.conv2d(x, self.weight, None, [1, 1], [1, 1])
    return 0.7 * x + 0.3 * torch.tanh(0.5 * y)
)";
} // namespace test
} // namespace tweedie

#endif
