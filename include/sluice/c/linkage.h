// How the functions of the C interface are declared.
#pragma once

#ifdef __cplusplus
#define SLUICE_BEGIN_C extern "C" {
#define SLUICE_END_C }
#else
#define SLUICE_BEGIN_C
#define SLUICE_END_C
#endif

/// A function that libsluice.so exports.
#define SLUICE_API __attribute__((visibility("default")))
