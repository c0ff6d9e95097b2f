// What every role has in Python: a segment's name, a handle that can be given up, and one thread.
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
#include "sluice.h"
#include "waiting.hpp"

namespace sluice::python {

/// The first member of every role's object.
struct Role {
  PyObject_HEAD Attachment* attachment;  ///< null before it attaches and after it has left
  PyObject* segment;                     ///< the name, as the user gave it
  unsigned long busyIn;  ///< the process, as package() counts them, in which a call goes on; or 0

  // Of records:
  PyObject* dtype;  ///< of one record
  PyObject* ring;   ///< all records of the ring as an array; null before the first batch
};

/// Whether calls may use the role; false with an exception.
bool check(const Role* role) noexcept;
/// Whether the role may be given up, as it may be in a forked child, too.
bool checkFree(const Role* role) noexcept;

/// The handle for a call, null with an exception.
template <class Handle>
Handle* handleOf(PyObject* self) noexcept {
  const auto* const role = as<Role>(self);
  return check(role) ? static_cast<Handle*>(role->attachment->handle) : nullptr;
}

/// As long as this lives, other calls of the role are refused; the handle lives too.
class Busy {
 public:
  explicit Busy(PyObject* self) noexcept;
  ~Busy();
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  Role* role_;
  Attachment* attachment_;
};

/// None, or the exception that the status is.
PyObject* done(PyObject* self, int status) noexcept;
/// The same of a status that a reader's end is, too: the Status.
PyObject* ended(PyObject* self, int status) noexcept;
/// Whether a reader's status is an end in order, or a limit, and no error.
bool isEnd(int status) noexcept;

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

/// All records of the ring, borrowed. `base` is record `index`. Null with an exception.
PyObject* ringOf(Role* role, const void* base, std::size_t index, std::size_t stride,
                 std::uint64_t capacity, const sluice_record* record, bool isWritable) noexcept;

/// Gives up what the role holds. What views still need goes with the last of them.
void leave(Role* role) noexcept;
/// The same, and a warning where views live. None, or null with an exception.
PyObject* leaveWithWarning(Role* role) noexcept;

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
void dealloc(PyObject* self);

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

/// The dtype that the role's records are shown in: read by everybody, set by the package once it
/// knows the record.
PyObject* getDtype(PyObject* self, void*);
PyObject* setDtype(PyObject* self, PyObject* dtype);
PyObject* getSegment(PyObject* self, void*);
/// Whether the role is attached.
PyObject* getAttached(PyObject* self, void*);

}  // namespace sluice::python
