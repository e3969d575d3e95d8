// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTestDevices_h
#define tweedieTestDevices_h

#include "tweedieDevice.h"

#include <c10/core/Device.h>

#include <iostream>
#include <string>
#include <vector>

namespace tweedie
{
namespace test
{
/** The devices a conformance test runs over; names those skipped on standard output, once per process. */
inline const std::vector<c10::Device> &
Devices()
{
  static const std::vector<c10::Device> devices = []
  {
    const auto present = AvailableDevices();
    bool cuda = false;
    for (const auto & device : present)
    {
      cuda = cuda || device.is_cuda();
    }
    if (!cuda)
    {
      std::cout << "[  DEVICES ] skipped: cuda (none here)\n";
    }
    return present;
  }();
  return devices;
}

/** For INSTANTIATE_TEST_SUITE_P names. */
inline std::string
DeviceName(const c10::Device & device)
{
  return device.is_cuda() ? "cuda" : "cpu";
}
} // namespace test
} // namespace tweedie

#endif
