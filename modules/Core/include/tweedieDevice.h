// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieDevice_h
#define tweedieDevice_h

#include <c10/core/Device.h>

#include <string>
#include <vector>

namespace tweedie
{
/** "cpu" or "cuda" (first device). Throws UsageError when the build or the machine has no such device. */
c10::Device DeviceFromName(const std::string & name);

/** The devices that conformance tests run over: cpu, and cuda where there is one. */
std::vector<c10::Device> AvailableDevices();
} // namespace tweedie

#endif
