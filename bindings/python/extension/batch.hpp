// Records that a consumer was given.
#pragma once

#include <cstdint>

#include "python.hpp"
#include "role.hpp"

namespace sluice::python {

struct Consumer;

struct Batch {
  PyObject_HEAD Consumer* consumer;  ///< a reference of its own; null once the batch is over
  Batch* newer;                      ///< in the consumer's list, which no empty batch is in
  Batch* older;
  Py_ssize_t index;  ///< of its first record in the ring
  Py_ssize_t count;
  std::uint64_t first;
  int status;
  PyObject* array;  ///< its records, once somebody has asked for them
};

extern PyType_Spec batchSpec;
extern PyObject* batchType;

/// Ends the batch: its own view goes, and it has no records any more.
void end(Batch* batch) noexcept;

}  // namespace sluice::python
