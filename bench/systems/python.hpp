// Python's part of the work, beside the same in C++: bench/peers/python_ends.py.
#pragma once

#include <cstdint>

#include "comparison/comparison.hpp"
#include "support/ends.hpp"

namespace sluice::bench {

/// Records of 64 bytes, so many at once, so many times.
struct PythonLoad {
  std::uint64_t batch;
  std::uint64_t batches;
};

/// Which part of the work is measured.
enum class PythonWork { consume, wait, produce };

/// What a run gives: records in millions a second, or microseconds a batch.
enum class PythonFigure { throughput, timePerBatch };

/// Whether there are an interpreter and the package; and pyzmq.
bool pythonIsThere();
bool pyzmqIsThere();

/// In C++, and in Python.
Contender workInCpp(PythonWork work, PythonFigure figure, const PythonLoad& load);
Contender workInPython(PythonWork work, PythonFigure figure, const PythonLoad& load,
                       const Processors& processors);
/// What Python takes for a batch more than C++, in microseconds.
Contender pythonLessCpp(PythonWork work, const PythonLoad& load, const Processors& processors);

/// A stream from another process, which C++ sends: the sum of a field, in C++ and in Python.
Contender sumInCpp(const PythonLoad& load);
Contender sumInPython(const PythonLoad& load, const Processors& processors);

/// Between two interpreters; what is "stream", "queue" or "pyzmq".
Contender betweenInterpreters(const char* name, Kind kind, const char* what, const PythonLoad& load,
                              const Processors& processors);

}  // namespace sluice::bench
