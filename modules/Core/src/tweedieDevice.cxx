// SPDX-License-Identifier: Apache-2.0
#include "tweedieDevice.h"

#include "tweedieError.h"

#include <ATen/Context.h>

namespace tweedie
{
c10::Device
DeviceFromName(const std::string & name)
{
  if (name == "cpu")
  {
    return c10::Device(c10::kCPU);
  }
  if (name != "cuda")
  {
    throw UsageError("--device: given '" + name + "'; required cpu or cuda");
  }
  if (!at::hasCUDA())
  {
    throw UsageError("--device: given 'cuda', but this machine or its LibTorch has no such device; required cpu");
  }
  // Convolutions in float32 are asked for where ten bits are too few; LibTorch would round them to TF32.
  at::globalContext().setAllowTF32CuDNN(false);
  return c10::Device(c10::kCUDA, 0);
}

std::vector<c10::Device>
AvailableDevices()
{
  std::vector<c10::Device> devices{c10::Device(c10::kCPU)};
  if (at::hasCUDA())
  {
    devices.emplace_back(c10::kCUDA, c10::DeviceIndex{0});
  }
  return devices;
}
} // namespace tweedie
