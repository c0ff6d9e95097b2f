#include "package.hpp"

#include <array>

#include "sluice.h"

namespace sluice::python {

namespace {

/// The number that the package knows LiveView by.
constexpr int liveView = -100;

PyObject* raiseParts(int status, PyObject* segment,
                     const std::array<const char*, 5>& parts) noexcept {
  const Reference texts(PyTuple_New(static_cast<Py_ssize_t>(parts.size())));
  if (!texts) return nullptr;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Reference text = decoded(parts[i]);
    if (!text) return nullptr;
    PyTuple_SetItem(texts.get(), static_cast<Py_ssize_t>(i), text.release());
  }
  const Reference error(PyObject_CallFunction(package().error, "iOO", status,
                                              segment == nullptr ? Py_None : segment, texts.get()));
  if (error) PyErr_SetObject(pythonOf(Py_TYPE(error.get())), error.get());
  return nullptr;
}

}  // namespace

Package& package() noexcept {
  static Package package{};
  return package;
}

PyObject* raise(int status, PyObject* segment) noexcept {
  if (status >= 0) return raiseParts(status, segment, {"", "", "", "", ""});
  const sluice_error& parts = *sluice_last_error_parts();
  return raiseParts(status, segment,
                    {parts.segment, parts.field, parts.found, parts.expected, parts.advice});
}

PyObject* raise(int status, PyObject* segment, const char* field, const char* found,
                const char* expected, const char* advice) noexcept {
  return raiseParts(status, segment, {"", field, found, expected, advice});
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
