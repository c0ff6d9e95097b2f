// Functions of the module: segments by name.
#pragma once

#include "python.hpp"

namespace sluice::python {

/// (name, directory or None, even_if_in_use, even_if_held, even_if_foreign)
PyObject* removeSegment(PyObject*, PyObject* arguments);
/// (segment, consumer, directory or None)
PyObject* removeConsumer(PyObject*, PyObject* arguments);
/// (directory or None): a list of names
PyObject* listSegments(PyObject*, PyObject* arguments);
/// (name, directory or None): JSON as text
PyObject* dumpSegment(PyObject*, PyObject* arguments);
PyObject* version(PyObject*, PyObject*);

}  // namespace sluice::python
