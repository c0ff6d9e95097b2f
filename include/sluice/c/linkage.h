// How the functions of the C interface are declared.
#pragma once

#ifdef __cplusplus
#define SLUICE_BEGIN_C \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wold-style-cast\"") extern "C" {
#define SLUICE_END_C \
  }                  \
  _Pragma("GCC diagnostic pop")
#else
#define SLUICE_BEGIN_C
#define SLUICE_END_C
#endif

/// A function that libsluice.so exports.
#define SLUICE_API __attribute__((visibility("default")))

/// The same of a function that the header defines too. Where it is not inlined it is called.
#define SLUICE_INLINE SLUICE_API inline

#define SLUICE_LIKELY(condition) __builtin_expect(!!(condition), 1)
