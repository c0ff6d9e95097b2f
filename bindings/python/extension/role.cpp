#include "role.hpp"

#include "package.hpp"
#include "waiting.hpp"

namespace sluice::python {

bool check(const Role* role) noexcept {
  if (role->attachment == nullptr) {
    raise(SLUICE_ERROR_INVALID_ARGUMENT, role->segment, "role", "one that has left",
          "one that is attached", "attach again");
    return false;
  }
  if (role->attachment->process != package().process) {
    raise(SLUICE_DETACHED, role->segment);
    return false;
  }
  return checkFree(role);
}

bool checkFree(const Role* role) noexcept {
  if (role->busyIn == package().process) {
    raise(SLUICE_ERROR_INVALID_ARGUMENT, role->segment, "role", "another call that waits in it",
          "one thread at a time",
          "give each thread a role of its own, or wait until the other call has returned");
    return false;
  }
  return true;
}

Busy::Busy(PyObject* self) noexcept : role_(as<Role>(self)), attachment_(role_->attachment) {
  Py_INCREF(pythonOf(attachment_));
  role_->busyIn = package().process;
}

Busy::~Busy() {
  role_->busyIn = 0;
  Py_DECREF(pythonOf(attachment_));
}

PyObject* done(PyObject* self, int status) noexcept {
  if (status == SLUICE_OK) Py_RETURN_NONE;
  return status == interrupted ? nullptr : raise(status, as<Role>(self)->segment);
}

bool isEnd(int status) noexcept {
  return status == SLUICE_TIMED_OUT || status == SLUICE_CLOSED || status == SLUICE_PEER_LEFT ||
         status == SLUICE_PEER_DIED;
}

PyObject* ended(PyObject* self, int status) noexcept {
  return status == SLUICE_OK || isEnd(status) ? statusOf(status) : done(self, status);
}

PyObject* ringOf(Role* role, const void* base, std::size_t index, std::size_t stride,
                 std::uint64_t capacity, const sluice_record* record, bool isWritable) noexcept {
  if (role->ring != nullptr) return role->ring;
  if (role->dtype == nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "the record's dtype was not set");
    return nullptr;
  }
  Attachment* const attachment = role->attachment;
  attachment->memory = const_cast<char*>(static_cast<const char*>(base) - index * stride);
  attachment->size = static_cast<Py_ssize_t>((capacity - 1) * stride + record->size);
  attachment->isWritable = isWritable;
  role->ring =
      PyObject_CallFunction(package().array, "(n)OOi(n)", static_cast<Py_ssize_t>(capacity),
                            role->dtype, attachment, 0, static_cast<Py_ssize_t>(stride));
  return role->ring;
}

void leave(Role* role) noexcept {
  PyObject* const ring = std::exchange(role->ring, nullptr);
  Attachment* const attachment = std::exchange(role->attachment, nullptr);
  Py_XDECREF(ring);
  if (attachment == nullptr) return;
  forgetViews(attachment);
  Py_DECREF(pythonOf(attachment));
}

PyObject* leaveWithWarning(Role* role) noexcept {
  const Reference attachment(Py_NewRef(pythonOf(role->attachment)));
  leave(role);
  const bool isNeeded = as<Attachment>(attachment.get())->handle != nullptr;
  if (isNeeded && Py_REFCNT(attachment.get()) > 1 &&
      PyErr_WarnFormat(PyExc_ResourceWarning, 1,
                       "segment %U: views of its memory live, so this participant leaves when the "
                       "last of them is gone",
                       role->segment) != 0)
    return nullptr;
  Py_RETURN_NONE;
}

void dealloc(PyObject* self) {
  auto* const role = as<Role>(self);
  leave(role);
  Py_XDECREF(role->dtype);
  Py_XDECREF(role->segment);
  freeObject(self);
}

PyObject* getDtype(PyObject* self, void*) {
  return Py_NewRef(as<Role>(self)->dtype == nullptr ? Py_None : as<Role>(self)->dtype);
}

PyObject* setDtype(PyObject* self, PyObject* dtype) {
  assign(as<Role>(self)->dtype, Py_NewRef(dtype));
  Py_RETURN_NONE;
}

PyObject* getSegment(PyObject* self, void*) {
  return Py_NewRef(as<Role>(self)->segment == nullptr ? Py_None : as<Role>(self)->segment);
}

PyObject* getAttached(PyObject* self, void*) {
  return PyBool_FromLong(as<Role>(self)->attachment != nullptr);
}

}  // namespace sluice::python
