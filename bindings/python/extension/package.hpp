// What the package, which is written in Python, hands to the extension.
#pragma once

#include "python.hpp"

namespace sluice::python {

/// Set once by `_sluice.set_up`, when the package is imported.
struct Package {
  PyObject* error;           ///< error(status, segment, parts) makes an exception
  PyObject* statuses;        ///< a tuple: the Status of each number
  PyObject* array;           ///< numpy.ndarray
  PyObject* empty;           ///< numpy.empty
  unsigned long mainThread;  ///< where Python runs handlers of signals
  unsigned long process;     ///< raised in each forked child; never 0
};
Package& package() noexcept;

/// Raises what a call's status says; `segment`, a text or null, is named by what has no text of its
/// own. Returns null.
PyObject* raise(int status, PyObject* segment) noexcept;
/// The same with a text of the extension's own.
PyObject* raise(int status, PyObject* segment, const char* field, const char* found,
                const char* expected, const char* advice) noexcept;
/// Raises LiveView.
PyObject* raiseLiveView(PyObject* segment) noexcept;

/// The Status of that number.
PyObject* statusOf(int status) noexcept;

/// Methods of the module.
PyObject* setUp(PyObject*, PyObject* arguments, PyObject* keywords);
/// In a new process: the package tells its main thread.
PyObject* beginProcess(PyObject*, PyObject* mainThread);

}  // namespace sluice::python
