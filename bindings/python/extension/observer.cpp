#include "observer.hpp"

#include <algorithm>

#include "methods.hpp"

namespace sluice::python {

namespace {

using Handle = sluice_observer;

/// What a read has copied.
struct Copied {
  std::size_t count = 0;
  std::uint64_t lost = 0;
  int status = SLUICE_OK;
};

/// As many as there are and have room.
Copied readInto(Handle* handle, const Py_buffer& records, const Py_buffer& sequences,
                std::int64_t deadline) noexcept {
  Copied copied;
  auto* const to = static_cast<char*>(records.buf);
  auto* const numbers = static_cast<std::uint64_t*>(sequences.buf);
  const std::size_t size = sluice_observer_record(handle)->size;
  const std::size_t most = std::min(static_cast<std::size_t>(records.len) / size,
                                    static_cast<std::size_t>(sequences.len) / sizeof *numbers);
  copied.status = waitCopying(most * size, deadline, [&](std::int64_t until) {
    sluice_observation seen{};
    int status = SLUICE_OK;
    while (copied.count < most && status == SLUICE_OK) {
      status = sluice_observer_read(handle, to + copied.count * size, size,
                                    copied.count == 0 ? until : SLUICE_NOW, &seen);
      if (status != SLUICE_OK) break;
      copied.lost += seen.lost;
      numbers[copied.count++] = seen.sequence;
    }
    return copied.count == 0 ? status : SLUICE_OK;
  });
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
  const Reference status(ended(self, copied.status));
  return status ? Py_BuildValue("nKO", copied.count, copied.lost, status.get()) : nullptr;
}

PyMethodDef methods[] = {
    positional("_attach", Attach<sluice_observer_attach, sluice_observer_destroy>::run, nullptr),
    positional("_read", read, nullptr),
    {"_set_dtype", setDtype, METH_O, nullptr},
    plain("leave", leaveAfter<nothing>, "leave()\n--\n\nAgain: no effect."),
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
