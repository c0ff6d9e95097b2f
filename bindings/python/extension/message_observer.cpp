#include "observer.hpp"
#include "role.hpp"

namespace sluice::python {

namespace {

using Handle = sluice_message_observer;

PyObject* attachObserver(PyObject* self, PyObject* arguments) {
  return attach<Handle, sluice_message_observer_destroy>(
      self, arguments, [](const Options& options) { return options.observer().appear_deadline_ns; },
      [](const char* name, const Options& options, std::int64_t until, Handle** handle) {
        auto ours = options.observer();
        ours.appear_deadline_ns = until;
        return sluice_message_observer_attach(name, &ours, handle);
      });
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
    code = wait(deadline, [&](std::int64_t until) {
      return sluice_message_observer_wait(handle, until, &message, &seen);
    });
  }
  const Reference status(ended(self, code));
  if (!status) return nullptr;
  return Py_BuildValue("y#IKKO", message.bytes == nullptr ? "" : message.bytes,
                       static_cast<Py_ssize_t>(message.size), message.kind, seen.sequence,
                       seen.lost, status.get());
}

PyObject* leaveObserver(PyObject* self, PyObject*) {
  if (as<Role>(self)->attachment == nullptr) Py_RETURN_NONE;
  if (!checkFree(as<Role>(self))) return nullptr;
  return leaveWithWarning(as<Role>(self));
}

PyMethodDef methods[] = {positional("_attach", attachObserver, nullptr),
                         {"_read", read, METH_O, nullptr},
                         plain("leave", leaveObserver, "leave()\n--\n\nAgain: no effect."),
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
