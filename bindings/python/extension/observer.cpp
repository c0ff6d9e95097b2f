#include "observer.hpp"

#include "role.hpp"

namespace sluice::python {

namespace {

using Handle = sluice_observer;

PyObject* attachObserver(PyObject* self, PyObject* arguments) {
  return attach<Handle, sluice_observer_destroy>(
      self, arguments, [](const Options& options) { return options.observer().appear_deadline_ns; },
      [](const char* name, const Options& options, std::int64_t until, Handle** handle) {
        auto ours = options.observer();
        ours.appear_deadline_ns = until;
        return sluice_observer_attach(name, &ours, handle);
      });
}

/// What a read has copied.
struct Copied {
  Py_ssize_t count = 0;
  std::uint64_t lost = 0;
  int status = SLUICE_OK;
};

Copied readInto(Handle* handle, const Py_buffer& records, const Py_buffer& sequences,
                std::int64_t deadline) noexcept {
  Copied copied;
  auto* const to = static_cast<char*>(records.buf);
  auto* const numbers = static_cast<std::uint64_t*>(sequences.buf);
  const Py_ssize_t most = sequences.len / static_cast<Py_ssize_t>(sizeof *numbers);
  const std::size_t size = sluice_observer_record(handle)->size;
  while (copied.count < most && static_cast<std::size_t>(records.len) >=
                                    static_cast<std::size_t>(copied.count + 1) * size) {
    sluice_observation seen{};
    const auto call = [&](std::int64_t until) {
      const auto at = static_cast<std::size_t>(copied.count) * size;
      return sluice_observer_read(handle, to + at, size, until, &seen);
    };
    copied.status = copied.count == 0 ? wait(deadline, call) : call(SLUICE_NOW);
    if (copied.status != SLUICE_OK) break;
    copied.lost += seen.lost;
    numbers[copied.count++] = seen.sequence;
  }
  return copied;
}

/// Arguments are an array for the records, one of 64 bits each for their sequences, and a timeout.
/// Returns (count, lost, status).
PyObject* read(PyObject* self, PyObject* arguments) {
  Py_buffer records{};
  Py_buffer sequences{};
  PyObject* timeout = nullptr;
  if (!PyArg_ParseTuple(arguments, "w*w*O", &records, &sequences, &timeout)) return nullptr;
  std::int64_t deadline = 0;
  auto* const handle = deadlineOf(timeout, deadline) ? handleOf<Handle>(self) : nullptr;
  Copied copied;
  if (handle != nullptr) {
    const Busy busy(self);
    copied = readInto(handle, records, sequences, deadline);
  }
  PyBuffer_Release(&records);
  PyBuffer_Release(&sequences);
  if (handle == nullptr) return nullptr;
  const Reference status(copied.count != 0 ? statusOf(SLUICE_OK) : ended(self, copied.status));
  return status ? Py_BuildValue("nKO", copied.count, copied.lost, status.get()) : nullptr;
}

PyObject* leaveObserver(PyObject* self, PyObject*) {
  if (as<Role>(self)->attachment == nullptr) Py_RETURN_NONE;
  if (!checkFree(as<Role>(self))) return nullptr;
  return leaveWithWarning(as<Role>(self));
}

PyMethodDef methods[] = {positional("_attach", attachObserver, nullptr),
                         positional("_read", read, nullptr),
                         {"_set_dtype", setDtype, METH_O, nullptr},
                         plain("leave", leaveObserver, "leave()\n--\n\nAgain: no effect."),
                         {}};

PyGetSetDef getters[] = {
    getter("_record", Question<sluice_observer_record>::get, nullptr),
    getter("dtype", getDtype, "The dtype of a record."),
    getter("segment", getSegment, "The segment's name."),
    getter("attached", getAttached, "False once the role has left."),
    getter("capacity", Question<sluice_observer_capacity>::get, "Slots in the ring."),
    getter("next_sequence", Question<sluice_observer_next>::get,
           "The sequence that the next read looks for first."),
    getter("is_named", Question<sluice_observer_is_named>::get,
           "Whether the segment's name still means this one. Costs system calls."),
    {}};

PyType_Slot slots[] = {{Py_tp_dealloc, slot(dealloc)},
                       {Py_tp_methods, methods},
                       {Py_tp_getset, getters},
                       {Py_tp_new, slot(PyType_GenericNew)},
                       {0, nullptr}};

}  // namespace

PyType_Spec observerSpec{"sluice._sluice.Observer", sizeof(Role), 0,
                         Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

}  // namespace sluice::python
