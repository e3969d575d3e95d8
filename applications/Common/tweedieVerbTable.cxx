// SPDX-License-Identifier: Apache-2.0
#include "tweedieVerbTable.h"

namespace tweedie
{
const std::vector<VerbRow> &
VerbTable()
{
  static const std::vector<VerbRow> table = {
      {"simulate", "mri", "an image as an MRI scanner would measure it: undersampled, noisy k-space", RunSimulateMRI},
      {"simulate", "restoration", "an image degraded: shrunk, blurred, masked, clipped, noisy", RunSimulateRestoration},
      {"simulate", "ct", "an image as a CT scanner would measure it: counts or line integrals", RunSimulateCT},
      {"simulate", "phase", "an image as its diffraction patterns: far field, coded or near field", RunSimulatePhase},
      {"reconstruct",
       "mri",
       "k-space to an image: posterior mean and standard deviation, or a classical method",
       RunReconstructMRI},
      {"reconstruct",
       "restoration",
       "a degraded image to the image: posterior mean and standard deviation",
       RunReconstructRestoration},
      {"reconstruct",
       "ct",
       "projections to an image in Hounsfield units, by classical methods or under a learned prior",
       RunReconstructCT},
      {"reconstruct",
       "phase",
       "diffraction patterns to the object: its posterior and what they leave open, or a classical method",
       RunReconstructPhase},
      {"compare", "", "reconstructions held against a reference: table, figures, report.html", RunCompare},
      {"validate",
       "data",
       "a reconstruction checked where no truth is known: residuals, held-out lines, null space, steps",
       RunValidateData},
      {"validate",
       "closed-form",
       "every method where the posterior is known: bias, variance, distance, coverage, beside chance",
       RunValidateClosedForm},
      {"validate",
       "simulated mri",
       "the uncertainty of methods held against simulated MRI scans of known images",
       RunValidateSimulatedMRI},
      {"validate", "simulated ct", "the same for simulated CT", RunValidateSimulatedCT},
      {"validate", "simulated phase", "the same for simulated diffraction patterns", RunValidateSimulatedPhase},
      {"validate", "lesion", "known inserts in a measurement: shown, weakened or invented", RunValidateLesion},
      {"tune",
       "restoration",
       "a method's settings for image restoration, by random search on tuning slices",
       RunTuneRestoration},
      {"tune", "mri", "a method's settings for MRI, by random search on tuning slices", RunTuneMRI},
      {"train", "", "a folder or volume of images to a learned prior: a model file and its card", RunTrain},
      {"sample", "", "images drawn from a prior alone, held against its training images: the control", RunSample},
      {"trajectory", "", "where an MRI scan samples k-space: radial, golden-angle, spiral or in 3-D", RunTrajectory},
      {"geometry", "ct", "the views of a CT scan: made, printed, drawn; RTK's file format", RunGeometryCT},
      {"convert", "", "raw MR data to a scan; an image to another format", RunConvert},
      {"mask", "", "which samples of a scan are measured: a mask, or a scan with fewer of them", RunMask},
      {"coils", "", "coil maps from the sampled centre of k-space: ESPIRiT or Walsh", RunCoils},
      {"deidentify", "", "DICOM images without what names the patient: PS3.15 annex E, basic profile", RunDeidentify},
      {"send", "", "DICOM files to a peer such as a PACS, by C-STORE; what it confirmed is not sent again", RunSend},
      {"receive", "", "DICOM files from peers by C-STORE; a complete series is handed to a job", RunReceive},
      {"info", "", "what a model, scan or image file holds; runs a model's golden pairs again", RunInfo},
  };
  return table;
}
} // namespace tweedie
