// Python's C interface, its limited part, and references to its objects.
#pragma once

#include <Python.h>

#include <cstring>
#include <utility>

namespace sluice::python {

/// A reference of one's own to an object, or none.
class Reference {
 public:
  Reference() = default;
  /// Takes over a new reference.
  explicit Reference(PyObject* object) noexcept : object_(object) {}
  Reference(Reference&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Reference& operator=(Reference&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Reference() { Py_XDECREF(object_); }

  PyObject* get() const noexcept { return object_; }
  PyObject* release() noexcept { return std::exchange(object_, nullptr); }
  explicit operator bool() const noexcept { return object_ != nullptr; }

 private:
  PyObject* object_ = nullptr;
};

/// The object behind a pointer of Python's.
template <class Object>
Object* as(PyObject* object) noexcept {
  return reinterpret_cast<Object*>(object);
}
template <class Object>
PyObject* pythonOf(Object* object) noexcept {
  return reinterpret_cast<PyObject*>(object);
}

/// A text that others have written: names in a segment may be any bytes. Empty with an exception.
inline Reference decoded(const char* text) noexcept {
  return Reference(
      PyUnicode_DecodeUTF8(text, static_cast<Py_ssize_t>(std::strlen(text)), "backslashreplace"));
}

/// Python's tables have one type of function for methods with and without keywords.
template <class Function>
PyCFunction method(Function function) noexcept {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}
template <class Value>
void* slot(Value value) noexcept {
  return reinterpret_cast<void*>(value);
}

inline void* slot(const char* text) noexcept {
  return const_cast<char*>(text);
}

/// A new object of a type of this module, with all its members zero.
template <class Object>
Object* make(PyObject* type) noexcept {
  return as<Object>(PyType_GenericAlloc(as<PyTypeObject>(type), 0));
}

/// Stores a new reference, and gives up the old one.
inline void assign(PyObject*& to, PyObject* object) noexcept {
  Py_XDECREF(std::exchange(to, object));
}

/// For a type's dealloc: gives back the memory, and the reference to the type.
inline void freeObject(PyObject* self) noexcept {
  PyTypeObject* const type = Py_TYPE(self);
  auto* const free = reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free));
  free(self);
  Py_DECREF(pythonOf(type));
}

}  // namespace sluice::python
