// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieTrajectoryFile_h
#define tweedieTrajectoryFile_h

#include "tweedieVolume.h"

#include <string>

namespace tweedie
{
/** Reads a trajectory as BART's traj writes it: 3 (or 2) numbers x samples x readouts, real parts. Result: real, k_x,
 * k_y and k_z as channels, [c][1][readout][sample], in the file's unit; without k_z where it is zero everywhere. Throws
 * DataError for another layout, imaginary parts and numbers that are not finite. */
Volume ReadTrajectory(const std::string & path);

/** The inverse, always 3 numbers. Both files or none. */
void WriteTrajectory(const std::string & path, const Volume & trajectory);
} // namespace tweedie

#endif
