// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieMultiversion_h
#define tweedieMultiversion_h

/** Before a function: compiled for AVX2 too, chosen when the program is loaded. Binaries stay portable. Without effect
 * on other processors and under sanitizers, whose run-time is not ready when the choice is made. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define TWEEDIE_MULTIVERSION __attribute__((target_clones("avx2", "default")))
#else
#define TWEEDIE_MULTIVERSION
#endif

/** For helpers of such functions: part of their body, so that they are compiled for the same processor. */
#if defined(__GNUC__)
#define TWEEDIE_ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define TWEEDIE_ALWAYS_INLINE inline
#endif

/** Before a loop whose pointers do not overlap, when they are too many for the compiler to check at run time. */
#if defined(__clang__)
#define TWEEDIE_INDEPENDENT_LOOP _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define TWEEDIE_INDEPENDENT_LOOP _Pragma("GCC ivdep")
#else
#define TWEEDIE_INDEPENDENT_LOOP
#endif

#endif
