#include "package.hpp"

#include "sluice.h"

namespace sluice::python {

namespace {

/// The number that the package knows LiveView by.
constexpr int liveView = -100;

PyObject* raiseMade(PyObject* made) noexcept {
  const Reference error(made);
  if (error) PyErr_SetObject(pythonOf(Py_TYPE(error.get())), error.get());
  return nullptr;
}

PyObject* textOrNone(PyObject* text) noexcept {
  return text == nullptr ? Py_None : text;
}

}  // namespace

Package& package() noexcept {
  static Package package{};
  return package;
}

PyObject* raise(int status, PyObject* segment) noexcept {
  const char* const none = "";
  sluice_error parts{status, none, none, none, none, none, none};
  if (status < 0) parts = *sluice_last_error_parts();
  return raiseMade(PyObject_CallFunction(package().error, "iO(sssss)", status, textOrNone(segment),
                                         parts.segment, parts.field, parts.found, parts.expected,
                                         parts.advice));
}

PyObject* raise(int status, PyObject* segment, const char* field, const char* found,
                const char* expected, const char* advice) noexcept {
  return raiseMade(PyObject_CallFunction(package().error, "iO(sssss)", status, textOrNone(segment),
                                         "", field, found, expected, advice));
}

PyObject* raiseLiveView(PyObject* segment) noexcept {
  return raise(liveView, segment, "batch", "a view of its memory that still lives",
               "none but the batch's own",
               "del the name of the view before the next batch, or keep a copy()");
}

PyObject* statusOf(int status) noexcept {
  PyObject* const known = PyTuple_GetItem(package().statuses, status);
  return Py_XNewRef(known);
}

PyObject* setUp(PyObject*, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"error", "statuses", "array", "empty", nullptr};
  Package given{};
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "OO!OO", const_cast<char**>(names),
                                   &given.error, &PyTuple_Type, &given.statuses, &given.array,
                                   &given.empty))
    return nullptr;
  for (PyObject* const object : {given.error, given.statuses, given.array, given.empty})
    Py_INCREF(object);
  given.mainThread = package().mainThread;
  given.process = package().process;
  package() = given;
  Py_RETURN_NONE;
}

PyObject* beginProcess(PyObject*, PyObject* mainThread) {
  const unsigned long number = PyLong_AsUnsignedLong(mainThread);
  if (PyErr_Occurred() != nullptr) return nullptr;
  package().mainThread = number;
  ++package().process;
  Py_RETURN_NONE;
}

}  // namespace sluice::python
