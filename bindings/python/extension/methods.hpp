// What the tables of the roles' types are made of: methods over calls of the C interface.
#pragma once

#include <cstdint>
#include <new>
#include <optional>
#include <type_traits>
#include <vector>

#include "attachment.hpp"
#include "options.hpp"
#include "package.hpp"
#include "python.hpp"
#include "role.hpp"
#include "sluice.h"
#include "waiting.hpp"

namespace sluice::python {

/// The deadline among options.
template <class Chosen>
std::int64_t& deadlineIn(Chosen& chosen) noexcept {
  if constexpr (requires { chosen.appear_deadline_ns; })
    return chosen.appear_deadline_ns;
  else
    return chosen.take_over_deadline_ns;
}

/// Attaches by `make`: arguments are the name and the dict of options.
template <auto make, auto destroy>
struct Attach;
template <class Handle, class Chosen, int (*make)(const char*, const Chosen*, Handle**),
          int (*destroy)(Handle*)>
struct Attach<make, destroy> {
  static PyObject* run(PyObject* self, PyObject* arguments) noexcept try {
    auto* const role = as<Role>(self);
    PyObject* segment = nullptr;
    PyObject* dict = nullptr;
    if (!PyArg_ParseTuple(arguments, "UO!", &segment, &PyDict_Type, &dict)) return nullptr;
    GivenPath name;
    Options options;
    if (!name.read(segment) || !options.read(dict)) return nullptr;
    auto chosen = options.as<Chosen>();
    Handle* handle = nullptr;
    const auto call = [&](std::int64_t until) {
      deadlineIn(chosen) = until;
      return make(name.text(), &chosen, &handle);
    };
    const int status = waitInSlices(deadlineIn(chosen), SLUICE_ERROR_TIMED_OUT, call);
    if (status == interrupted) return nullptr;
    if (status != SLUICE_OK) return raise(status, segment);
    Attachment* const attachment = attachmentOf<Handle, destroy>(handle);
    if (attachment == nullptr) return nullptr;
    PyObject* const before = pythonOf(role->attachment);
    role->attachment = attachment;
    Py_XDECREF(before);
    assign(role->segment, Py_NewRef(segment));
    Py_RETURN_NONE;
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
};

/// What a method does first: false with an exception, and the method does nothing.
using Preparation = bool (*)(PyObject* self) noexcept;
inline bool nothing(PyObject*) noexcept {
  return true;
}

/// The method leave().
template <Preparation prepare>
PyObject* leaveAfter(PyObject* self, PyObject*) noexcept {
  auto* const role = as<Role>(self);
  if (role->attachment == nullptr) Py_RETURN_NONE;
  return checkFree(role) && prepare(self) ? leaveWithWarning(role) : nullptr;
}

/// Getters of what C says of a handle, for PyGetSetDef.
template <auto question>
struct Question;
template <class Answer, class Handle, Answer (*question)(const Handle*)>
struct Question<question> {
  static PyObject* get(PyObject* self, void*) {
    const auto* const handle = handleOf<const Handle>(self);
    if (handle == nullptr) return nullptr;
    if constexpr (std::is_same_v<Answer, bool>)
      return PyBool_FromLong(question(handle));
    else if constexpr (std::is_same_v<Answer, const char*>)
      return decoded(question(handle)).release();
    else if constexpr (std::is_same_v<Answer, const sluice_record*> ||
                       std::is_same_v<Answer, sluice_lost_records>)
      return tupleOf(question(handle));
    else if constexpr (std::is_same_v<Answer, int>)
      return statusOf(question(handle));
    else  // the sequence before the first is -1
      return PyLong_FromLongLong(static_cast<long long>(question(handle)));
  }
};

/// Methods without arguments, of calls that return a status.
template <auto call, Preparation prepare = nothing>
struct Command;
template <class Handle, int (*call)(Handle*), Preparation prepare>
struct Command<call, prepare> {
  static PyObject* run(PyObject* self, PyObject*) {
    auto* const handle = handleOf<Handle>(self);
    return handle != nullptr && prepare(self) ? done(self, call(handle)) : nullptr;
  }
};

/// The same where a reader's end is a result.
template <auto call>
struct Ending;
template <class Handle, int (*call)(Handle*)>
struct Ending<call> {
  static PyObject* run(PyObject* self, PyObject*) {
    auto* const handle = handleOf<Handle>(self);
    return handle == nullptr ? nullptr : ended(self, call(handle));
  }
};

/// The number of the ready descriptor.
template <auto call>
struct Descriptor;
template <class Handle, int (*call)(Handle*, int*)>
struct Descriptor<call> {
  static PyObject* run(PyObject* self, PyObject*) {
    auto* const handle = handleOf<Handle>(self);
    int descriptor = -1;
    if (handle == nullptr) return nullptr;
    const int status = call(handle, &descriptor);
    return status == SLUICE_OK ? PyLong_FromLong(descriptor)
                               : raise(status, as<Role>(self)->segment);
  }
};

/// Waits for consumers: arguments are a sequence of names and a timeout.
template <class Handle, int (*call)(Handle*, const char* const*, std::size_t, std::int64_t)>
PyObject* waitForConsumers(PyObject* self, PyObject* arguments) noexcept try {
  PyObject* sequence = nullptr;
  PyObject* timeout = nullptr;
  std::vector<const char*> names;
  std::int64_t deadline = 0;
  if (!PyArg_ParseTuple(arguments, "OO", &sequence, &timeout) || !readNames(sequence, names) ||
      !deadlineOf(timeout, deadline))
    return nullptr;
  auto* const handle = handleOf<Handle>(self);
  if (handle == nullptr) return nullptr;
  const Busy busy(self);
  return done(self, wait(deadline, [&](std::int64_t until) {
                return call(handle, names.data(), names.size(), until);
              }));
} catch (const std::bad_alloc&) {
  return PyErr_NoMemory();
}

/// Reads the arguments of a method that takes a count `n`, or None for all. False with an
/// exception.
bool readCount(PyObject* arguments, PyObject* keywords, std::optional<Py_ssize_t>& n) noexcept;

/// A method without arguments, with its text.
inline PyMethodDef plain(const char* name, PyCFunction function, const char* text) noexcept {
  return {name, function, METH_NOARGS, text};
}
inline PyMethodDef keywords(const char* name, PyCFunction function, const char* text) noexcept {
  return {name, function, METH_VARARGS | METH_KEYWORDS, text};
}
inline PyMethodDef positional(const char* name, PyCFunction function, const char* text) noexcept {
  return {name, function, METH_VARARGS, text};
}
inline PyGetSetDef getter(const char* name, ::getter function, const char* text) noexcept {
  return {name, function, nullptr, text, nullptr};
}

}  // namespace sluice::python
