// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieVerbTable_h
#define tweedieVerbTable_h

#include "tweedieCommandLine.h"

#include <string>
#include <vector>

namespace tweedie
{
/** One command of the program. */
struct VerbRow
{
  const char * verb;    ///< "simulate"
  const char * object;  ///< "mri"; "" for a verb without one
  const char * purpose; ///< one line
  void (*run)(CommandLine & line);
};

/** Every command, in the order of the help. A new one is a folder applications/<verb>/ and a row here. */
const std::vector<VerbRow> & VerbTable();

void RunSimulateMRI(CommandLine & line);
void RunSimulateRestoration(CommandLine & line);
void RunSimulateCT(CommandLine & line);
void RunSimulatePhase(CommandLine & line);
void RunReconstructMRI(CommandLine & line);
void RunReconstructRestoration(CommandLine & line);
void RunReconstructCT(CommandLine & line);
void RunReconstructPhase(CommandLine & line);
void RunCompare(CommandLine & line);
void RunValidateData(CommandLine & line);
void RunValidateClosedForm(CommandLine & line);
void RunValidateSimulatedMRI(CommandLine & line);
void RunValidateSimulatedCT(CommandLine & line);
void RunValidateSimulatedPhase(CommandLine & line);
void RunValidateLesion(CommandLine & line);
void RunTuneRestoration(CommandLine & line);
void RunTuneMRI(CommandLine & line);
void RunTrain(CommandLine & line);
void RunSample(CommandLine & line);
void RunTrajectory(CommandLine & line);
void RunGeometryCT(CommandLine & line);
void RunDeidentify(CommandLine & line);
void RunSend(CommandLine & line);
void RunReceive(CommandLine & line);
void RunConvert(CommandLine & line);
void RunMask(CommandLine & line);
void RunCoils(CommandLine & line);
void RunInfo(CommandLine & line);
} // namespace tweedie

#endif
