#include "consumer.hpp"

#include "methods.hpp"

namespace sluice::python {

namespace {

using Handle = sluice_consumer;

bool endBatches(PyObject* self) noexcept {
  while (as<Consumer>(self)->batches != nullptr)
    end(as<Consumer>(self)->batches);
  return true;
}

/// False, with an exception, while a view lives that no batch holds alone.
bool checkViews(const Consumer* consumer) noexcept {
  Py_ssize_t own = 1;
  bool isFree = true;
  for (const Batch* batch = consumer->batches; batch != nullptr; batch = batch->older) {
    if (batch->array == nullptr) continue;
    ++own;
    isFree = isFree && Py_REFCNT(batch->array) == 1;
  }
  isFree = isFree && (consumer->role.ring == nullptr || Py_REFCNT(consumer->role.ring) <= own);
  if (!isFree) raiseLiveView(consumer->role.segment);
  return isFree;
}

/// False with an exception.
bool commitAll(PyObject* self, Handle* handle) noexcept {
  auto* const consumer = as<Consumer>(self);
  if (!checkViews(consumer)) return false;
  const int status = sluice_consumer_commit(handle);
  if (status != SLUICE_OK) {
    raise(status, consumer->role.segment);
    return false;
  }
  endBatches(self);
  return true;
}

PyObject* batchOf(PyObject* self, Handle* handle, int status, const sluice_batch& found) noexcept {
  auto* const consumer = as<Consumer>(self);
  if (status != SLUICE_OK && !isEnd(status)) return done(self, status);
  const std::uint64_t capacity = sluice_consumer_capacity(handle);
  const std::size_t index = capacity == 0 ? 0 : found.first % capacity;
  if (status == SLUICE_OK && ringOf(&consumer->role, found.base, index, found.stride, capacity,
                                    sluice_consumer_record(handle), false) == nullptr)
    return nullptr;
  auto* const batch = make<Batch>(batchType);
  if (batch == nullptr) return nullptr;
  batch->consumer = as<Consumer>(Py_NewRef(self));
  batch->index = static_cast<Py_ssize_t>(index);
  batch->count = static_cast<Py_ssize_t>(found.count);
  batch->first = found.first;
  batch->status = status;
  if (status != SLUICE_OK) return pythonOf(batch);
  batch->older = consumer->batches;
  if (batch->older != nullptr) batch->older->newer = batch;
  consumer->batches = batch;
  consumer->last = found.first;
  return pythonOf(batch);
}

int waitFor(PyObject* self, Handle* handle, std::int64_t deadline, sluice_batch& found) noexcept {
  const Busy busy(self);
  return wait(deadline,
              [&](std::int64_t until) { return sluice_consumer_wait(handle, until, &found); });
}

PyObject* waitMethod(PyObject* self, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"timeout", nullptr};
  PyObject* timeout = Py_None;
  std::int64_t deadline = 0;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|O", const_cast<char**>(names),
                                   &timeout) ||
      !deadlineOf(timeout, deadline))
    return nullptr;
  auto* const handle = handleOf<Handle>(self);
  if (handle == nullptr) return nullptr;
  sluice_batch found{};
  const int status = waitFor(self, handle, deadline, found);
  return batchOf(self, handle, status, found);
}

PyObject* next(PyObject* self) {
  auto* const handle = handleOf<Handle>(self);
  if (handle == nullptr || !commitAll(self, handle)) return nullptr;
  sluice_batch found{};
  const int status = waitFor(self, handle, SLUICE_FOREVER, found);
  return isEnd(status) ? nullptr : batchOf(self, handle, status, found);
}

/// What is left once `n` records of the last batch are committed, and all batches before it.
void shorten(PyObject* self, Py_ssize_t n) noexcept {
  auto* const consumer = as<Consumer>(self);
  Batch* const last = consumer->batches;
  if (last == nullptr || last->first != consumer->last || last->count <= n) {
    endBatches(self);
    return;
  }
  while (last->older != nullptr)
    end(last->older);
  Py_CLEAR(last->array);
  last->index += n;
  last->count -= n;
  last->first += static_cast<std::uint64_t>(n);
  consumer->last = last->first;
}

PyObject* commit(PyObject* self, PyObject* arguments, PyObject* keywords) {
  std::optional<Py_ssize_t> n;
  if (!readCount(arguments, keywords, n)) return nullptr;
  auto* const handle = handleOf<Handle>(self);
  if (handle == nullptr) return nullptr;
  if (!n) return commitAll(self, handle) ? Py_NewRef(Py_None) : nullptr;
  if (!checkViews(as<Consumer>(self))) return nullptr;
  const int status = sluice_consumer_commit_first(handle, static_cast<std::size_t>(*n));
  if (status == SLUICE_OK) shorten(self, *n);
  return done(self, status);
}

PyObject* rewind(PyObject* self, PyObject*) {
  auto* const handle = handleOf<Handle>(self);
  if (handle == nullptr) return nullptr;
  const int status = sluice_consumer_rewind(handle);
  if (status == SLUICE_OK) endBatches(self);
  return done(self, status);
}

PyMethodDef methods[] = {
    positional("_attach", Attach<sluice_consumer_attach, sluice_consumer_destroy>::run, nullptr),
    {"_set_dtype", setDtype, METH_O, nullptr},
    keywords(
        "wait", method(waitMethod),
        "wait(timeout=None)\n--\n\nThe records that have come, as a Batch: waits until there is "
        "one, for `timeout` seconds at most.\nAn empty batch says why in its `status`."),
    keywords(
        "commit", method(commit),
        "commit(n=None)\n--\n\nSays \"I am done\" with all records that were returned, or with "
        "the first `n` of the last batch,\nwhich then begins after them. LiveView while a view "
        "of them lives."),
    plain("rewind", rewind, "rewind()\n--\n\nThe next wait begins after the last commit again."),
    plain("resign", Command<sluice_consumer_resign>::run,
          "resign()\n--\n\nGives the row and the name up for good, a held row too."),
    plain("leave", leaveAfter<endBatches>,
          "leave()\n--\n\nLeaves the stream; a held row stays held. Memory that views still need "
          "goes with the last of them,\nand so does the row. Again: no effect."),
    plain("ready_descriptor", Descriptor<sluice_consumer_ready_descriptor>::run,
          "ready_descriptor()\n--\n\nA file descriptor that is readable when a wait has something. "
          "It is neither read nor closed."),
    plain("arm", Ending<sluice_consumer_arm>::run,
          "arm()\n--\n\nMakes the descriptor unreadable until something comes. Status.OK when "
          "something is there already;\nStatus.TIMED_OUT when not; or why nothing will come."),
    {}};

PyGetSetDef getters[] = {
    getter("_record", Question<sluice_consumer_record>::get, nullptr),
    getter("dtype", getDtype, "The dtype of a record."),
    getter("segment", getSegment, "The segment's name."),
    getter("attached", getAttached, "False once the role has left."),
    getter("name", Question<sluice_consumer_name>::get, "The consumer's name."),
    getter("status", Question<sluice_consumer_status>::get, "Why the last wait returned nothing."),
    getter("capacity", Question<sluice_consumer_capacity>::get, "Slots in the ring."),
    getter("stride", Question<sluice_consumer_stride>::get, "Bytes from one record to the next."),
    getter("lag", Question<sluice_consumer_lag>::get,
           "How many records are published and not committed."),
    getter("next_sequence", Question<sluice_consumer_next>::get,
           "The sequence that the next wait begins at."),
    getter("last_committed", Question<sluice_consumer_last_committed>::get,
           "The sequence of the last committed record; -1 before the first of a ring."),
    getter("lost", Question<sluice_consumer_lost>::get,
           "(first, count): the records that this consumer's name was never given."),
    getter("is_named", Question<sluice_consumer_is_named>::get,
           "Whether the segment's name still means this one. Costs system calls."),
    {}};

PyType_Slot slots[] = {{Py_tp_dealloc, slot(dealloc)},
                       {Py_tp_methods, methods},
                       {Py_tp_getset, getters},
                       {Py_tp_iter, slot(PyObject_SelfIter)},
                       {Py_tp_iternext, slot(next)},
                       {Py_tp_new, slot(PyType_GenericNew)},
                       {0, nullptr}};

}  // namespace

PyType_Spec consumerSpec{"sluice._sluice.Consumer", sizeof(Consumer), 0,
                         Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

}  // namespace sluice::python
