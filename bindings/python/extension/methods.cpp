#include "methods.hpp"

namespace sluice::python {

bool readCount(PyObject* arguments, PyObject* keywords, std::optional<Py_ssize_t>& n) noexcept {
  static const char* names[] = {"n", nullptr};
  PyObject* count = Py_None;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|O", const_cast<char**>(names), &count))
    return false;
  if (count != Py_None) n = PyLong_AsSsize_t(count);
  return n != -1 || PyErr_Occurred() == nullptr;
}

}  // namespace sluice::python
