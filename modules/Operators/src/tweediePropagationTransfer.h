// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePropagationTransfer_h
#define tweediePropagationTransfer_h

#include "tweedieBlockKernels.h"
#include "tweediePropagationOperator.h"

#include <ATen/core/Tensor.h>

namespace tweedie
{
constexpr double largestPadding = 16.0;

/** Extent of the transforms. Throws UsageError for wrong geometry and padding. */
Extent PaddedExtent(Extent image, const PropagationGeometry & geometry, const PropagationOptions & options);

/** H of every distance, complex, [distances, N_y / 2 + 1, N_x]: zero frequency first; rows N_y - j are those of j. */
at::Tensor PropagationTransfer(Extent padded, const PropagationGeometry & geometry, const PropagationOptions & options);

/** The operator and its adjoint for devices other than the CPU; transfer: of PropagationTransfer, like x. */
at::Tensor PropagateByATen(const at::Tensor & x, const at::Tensor & transfer, Extent padded);
at::Tensor PropagateBackByATen(const at::Tensor & y, const at::Tensor & transfer, Extent padded);
} // namespace tweedie

#endif
