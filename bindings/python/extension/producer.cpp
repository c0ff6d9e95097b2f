#include "producer.hpp"

#include "methods.hpp"

namespace sluice::python {

namespace {

using Handle = sluice_producer;

/// What is claimed no more can be written no more, through the claim's own view.
bool endClaims(PyObject* self) noexcept {
  const Reference claims(std::exchange(as<Producer>(self)->claims, nullptr));
  if (!claims) return true;
  for (Py_ssize_t i = 0; i < PyList_Size(claims.get()); ++i) {
    const Reference done(PyObject_CallMethod(PyList_GetItem(claims.get(), i), "setflags", "i", 0));
    if (!done) return false;
  }
  return true;
}

PyObject* viewOf(PyObject* self, Handle* handle, const sluice_claim& claimed) noexcept {
  auto* const producer = as<Producer>(self);
  const std::uint64_t capacity = sluice_producer_capacity(handle);
  const std::size_t index = claimed.first % capacity;
  PyObject* const ring = ringOf(&producer->role, claimed.base, index, claimed.stride, capacity,
                                sluice_producer_record(handle), true);
  if (ring == nullptr) return nullptr;
  Reference view(PySequence_GetSlice(ring, static_cast<Py_ssize_t>(index),
                                     static_cast<Py_ssize_t>(index + claimed.count)));
  if (producer->claims == nullptr) producer->claims = PyList_New(0);
  if (!view || producer->claims == nullptr || PyList_Append(producer->claims, view.get()) != 0)
    return nullptr;
  return view.release();
}

PyObject* claim(PyObject* self, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"n", "timeout", nullptr};
  Py_ssize_t n = 1;
  PyObject* timeout = Py_None;
  std::int64_t deadline = 0;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|nO", const_cast<char**>(names), &n,
                                   &timeout) ||
      !deadlineOf(timeout, deadline))
    return nullptr;
  auto* const handle = handleOf<Handle>(self);
  if (handle == nullptr) return nullptr;
  if (n == 0)
    return raise(SLUICE_ERROR_INVALID_ARGUMENT, as<Role>(self)->segment, "n", "0", "at least 1",
                 "");
  sluice_claim claimed{};
  int status = SLUICE_OK;
  {
    const Busy busy(self);
    status = wait(deadline, [&](std::int64_t until) {
      return sluice_producer_claim(handle, static_cast<std::size_t>(n), until, &claimed);
    });
  }
  return status == SLUICE_OK ? viewOf(self, handle, claimed) : done(self, status);
}

PyObject* publish(PyObject* self, PyObject* arguments, PyObject* keywords) {
  std::optional<Py_ssize_t> n;
  if (!readCount(arguments, keywords, n)) return nullptr;
  auto* const handle = handleOf<Handle>(self);
  if (handle == nullptr) return nullptr;
  const int status = n ? sluice_producer_publish_first(handle, static_cast<std::size_t>(*n))
                       : sluice_producer_publish(handle);
  const bool isAll = sluice_producer_last_published(handle) == sluice_producer_last_claimed(handle);
  if (isAll && !endClaims(self)) return nullptr;
  return done(self, status);
}

/// The records as a buffer of one dimension that can be sent as it is. What is not, the package
/// makes one of, or refuses. False with an exception.
bool readRecords(PyObject* self, PyObject* records, std::size_t size, Py_buffer* view) noexcept {
  const Reference dtype(PyObject_GetAttrString(records, "dtype"));
  if (!dtype) PyErr_Clear();
  if (dtype.get() == as<Role>(self)->dtype) {
    if (PyObject_GetBuffer(records, view, PyBUF_STRIDED_RO) != 0) return false;
    if (view->ndim == 1 && static_cast<std::size_t>(view->itemsize) == size &&
        (view->strides[0] >= view->itemsize || view->shape[0] <= 1))
      return true;
    PyBuffer_Release(view);
  }
  // A format of "O" alone would take a tuple, which is a record, for all arguments.
  const Reference made(PyObject_CallMethod(self, "_records", "(O)", records));
  return made && PyObject_GetBuffer(made.get(), view, PyBUF_STRIDED_RO) == 0;
}

int sendRecords(Handle* handle, const Py_buffer& view, std::int64_t deadline,
                std::size_t& sent) noexcept {
  const auto count = static_cast<std::size_t>(view.shape[0]);
  const auto size = static_cast<std::size_t>(view.itemsize);
  const std::size_t distance = count > 1 ? static_cast<std::size_t>(view.strides[0]) : size;
  const auto call = [&](std::int64_t until) {
    std::size_t now = 0;
    const auto* const from = static_cast<const char*>(view.buf) + sent * distance;
    const int status = sluice_producer_send(handle, from, distance, count - sent, until, &now);
    sent += now;
    return status;
  };
  return waitCopying(count * size, deadline, call);
}

PyObject* send(PyObject* self, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"records", "timeout", nullptr};
  PyObject* records = nullptr;
  PyObject* timeout = Py_None;
  std::int64_t deadline = 0;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O|O", const_cast<char**>(names), &records,
                                   &timeout) ||
      !deadlineOf(timeout, deadline))
    return nullptr;
  const auto* const before = handleOf<Handle>(self);
  if (before == nullptr) return nullptr;
  Py_buffer view{};
  if (!readRecords(self, records, sluice_producer_record(before)->size, &view)) return nullptr;
  // What numpy was given may have used the role.
  auto* const handle = handleOf<Handle>(self);
  std::size_t sent = 0;
  int status = interrupted;
  if (handle != nullptr) {
    const Busy busy(self);
    status = sendRecords(handle, view, deadline, sent);
  }
  PyBuffer_Release(&view);
  if (status == SLUICE_OK) return endClaims(self) ? Py_NewRef(Py_None) : nullptr;
  done(self, status);
  if (status < SLUICE_OK) return nullptr;
  PyObject* type = nullptr;
  PyObject* error = nullptr;
  PyObject* trace = nullptr;
  PyErr_Fetch(&type, &error, &trace);
  const Reference number(PyLong_FromSize_t(sent));
  if (error != nullptr && number) PyObject_SetAttrString(error, "sent", number.get());
  PyErr_Restore(type, error, trace);
  return nullptr;
}

void deallocProducer(PyObject* self) {
  Py_CLEAR(as<Producer>(self)->claims);
  dealloc(self);
}

PyMethodDef methods[] = {
    positional("_create", Attach<sluice_producer_create, sluice_producer_destroy>::run, nullptr),
    positional("_create_or_open",
               Attach<sluice_producer_create_or_open, sluice_producer_destroy>::run, nullptr),
    positional("_open", Attach<sluice_producer_open, sluice_producer_destroy>::run, nullptr),
    positional("_wait_for_consumers", waitForConsumers<Handle, sluice_producer_wait_for_consumers>,
               nullptr),
    {"_set_dtype", setDtype, METH_O, nullptr},
    keywords(
        "claim", method(claim),
        "claim(n=1, timeout=None)\n--\n\nA writable array of at least one record and at most "
        "`n`: as many as there is room for, and not past\nthe end of the ring. What is in them "
        "is what was there before. publish() makes them visible; the\narray is read-only once all "
        "that is claimed is published."),
    keywords("publish", method(publish),
             "publish(n=None)\n--\n\nPublishes all that is claimed, or the first `n`."),
    plain("abandon", Command<sluice_producer_abandon, endClaims>::run,
          "abandon()\n--\n\nGives back what is claimed and not published."),
    keywords("send", method(send),
             "send(records, timeout=None)\n--\n\nCopies records in and publishes them: an array of "
             "this dtype, or what numpy makes one of.\nTimedOut tells in `sent` how many went."),
    plain("close", Command<sluice_producer_close, endClaims>::run,
          "close()\n--\n\nEnds the stream for good. Again: no effect."),
    plain("leave", leaveAfter<endClaims>,
          "leave()\n--\n\nLeaves the stream open for a successor. Again: no effect."),
    plain(
        "ready_descriptor", Descriptor<sluice_producer_ready_descriptor>::run,
        "ready_descriptor()\n--\n\nA file descriptor that is readable when a claim has room. It is "
        "neither read nor closed."),
    plain(
        "arm", Ending<sluice_producer_arm>::run,
        "arm()\n--\n\nMakes the descriptor unreadable until there is room. Status.OK when there is "
        "some already;\nStatus.TIMED_OUT when not; or why there will be none."),
    {}};

PyGetSetDef getters[] = {
    getter("_record", Question<sluice_producer_record>::get, nullptr),
    getter("dtype", getDtype, "The dtype of a record."),
    getter("segment", getSegment, "The segment's name."),
    getter("attached", getAttached, "False once the role has left."),
    getter("capacity", Question<sluice_producer_capacity>::get, "Slots in the ring."),
    getter("stride", Question<sluice_producer_stride>::get, "Bytes from one record to the next."),
    getter("last_published", Question<sluice_producer_last_published>::get,
           "The sequence of the last published record; -1 before the first of a ring."),
    getter("last_claimed", Question<sluice_producer_last_claimed>::get,
           "The sequence of the last claimed record; -1 before the first of a ring."),
    getter("is_named", Question<sluice_producer_is_named>::get,
           "Whether the segment's name still means this one. Costs system calls."),
    {}};

PyType_Slot slots[] = {{Py_tp_dealloc, slot(deallocProducer)},
                       {Py_tp_methods, methods},
                       {Py_tp_getset, getters},
                       {Py_tp_new, slot(PyType_GenericNew)},
                       {0, nullptr}};

}  // namespace

PyType_Spec producerSpec{"sluice._sluice.Producer", sizeof(Producer), 0,
                         Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

}  // namespace sluice::python
