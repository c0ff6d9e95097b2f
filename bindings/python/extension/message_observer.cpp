#include <cstring>

#include "methods.hpp"
#include "observer.hpp"

namespace sluice::python {

namespace {

using Handle = sluice_message_observer;

/// A copy of the observer's own. Null with an exception.
PyObject* bytesOf(PyObject* self, const sluice_message& message) noexcept {
  const auto size = static_cast<Py_ssize_t>(message.size);
  if (message.size <= shortCopy)
    return PyBytes_FromStringAndSize(static_cast<const char*>(message.bytes), size);
  Reference bytes(PyBytes_FromStringAndSize(nullptr, size));
  if (!bytes) return nullptr;
  char* const to = PyBytes_AsString(bytes.get());
  const Busy busy(self);
  PyThreadState* const thread = PyEval_SaveThread();
  std::memcpy(to, message.bytes, message.size);
  PyEval_RestoreThread(thread);
  return bytes.release();
}

/// The argument is a timeout. Returns (bytes, kind, sequence, lost, status).
PyObject* read(PyObject* self, PyObject* timeout) {
  std::int64_t deadline = 0;
  auto* const handle = deadlineOf(timeout, deadline) ? handleOf<Handle>(self) : nullptr;
  if (handle == nullptr) return nullptr;
  sluice_message message{};
  sluice_observation seen{};
  int code = SLUICE_OK;
  {
    const Busy busy(self);
    // How long the message is that this copies is not known before.
    code = waitInSlices(deadline, SLUICE_TIMED_OUT, [&](std::int64_t until) {
      return sluice_message_observer_wait(handle, until, &message, &seen);
    });
  }
  const Reference status(ended(self, code));
  const Reference bytes(status ? bytesOf(self, message) : nullptr);
  return bytes ? Py_BuildValue("OIKKO", bytes.get(), message.kind, seen.sequence, seen.lost,
                               status.get())
               : nullptr;
}

PyMethodDef methods[] = {
    positional("_attach",
               Attach<sluice_message_observer_attach, sluice_message_observer_destroy>::run,
               nullptr),
    {"_read", read, METH_O, nullptr},
    plain("leave", leaveAfter<nothing>, "leave()\n--\n\nAgain: no effect."),
    {}};

PyGetSetDef getters[] = {
    getter("segment", getSegment, "The segment's name."),
    getter("attached", getAttached, "False once the role has left."),
    getter("capacity", Question<sluice_message_observer_capacity>::get, "Slots in the ring."),
    getter("next_sequence", Question<sluice_message_observer_next>::get,
           "The sequence that the next read looks for first."),
    getter("is_named", Question<sluice_message_observer_is_named>::get,
           "Whether the segment's name still means this one. Costs system calls."),
    {}};

PyType_Slot slots[] = {{Py_tp_dealloc, slot(dealloc)},
                       {Py_tp_methods, methods},
                       {Py_tp_getset, getters},
                       {Py_tp_new, slot(PyType_GenericNew)},
                       {0, nullptr}};

}  // namespace

PyType_Spec messageObserverSpec{"sluice._sluice.MessageObserver", sizeof(Role), 0,
                                Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

}  // namespace sluice::python
