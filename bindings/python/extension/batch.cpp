#include "batch.hpp"

#include "consumer.hpp"
#include "methods.hpp"
#include "package.hpp"

namespace sluice::python {

PyObject* batchType;

namespace {

void takeOut(Batch* batch) noexcept {
  if (batch->newer != nullptr)
    batch->newer->older = batch->older;
  else if (batch->consumer->batches == batch)
    batch->consumer->batches = batch->older;
  if (batch->older != nullptr) batch->older->newer = batch->newer;
  batch->newer = batch->older = nullptr;
}

PyObject* getArray(PyObject* self, void*) {
  auto* const batch = as<Batch>(self);
  if (batch->consumer == nullptr)
    return raise(SLUICE_ERROR_INVALID_ARGUMENT, nullptr, "batch",
                 "one that is over: it was committed, or its consumer has left",
                 "the consumer's last batch", "copy() what is needed for longer");
  const Role& role = batch->consumer->role;
  if (batch->status != SLUICE_OK)
    return PyObject_CallFunction(package().empty, "iO", 0, role.dtype);
  if (batch->array == nullptr)
    batch->array = PySequence_GetSlice(role.ring, batch->index, batch->index + batch->count);
  return Py_XNewRef(batch->array);
}

PyObject* copy(PyObject* self, PyObject*) {
  const Reference array(getArray(self, nullptr));
  return array ? PyObject_CallMethod(array.get(), "copy", nullptr) : nullptr;
}

PyObject* iterate(PyObject* self) {
  const Reference records(copy(self, nullptr));
  return records ? PyObject_GetIter(records.get()) : nullptr;
}

PyObject* getFirst(PyObject* self, void*) {
  return PyLong_FromUnsignedLongLong(as<Batch>(self)->first);
}

PyObject* getStatus(PyObject* self, void*) {
  return statusOf(as<Batch>(self)->status);
}

Py_ssize_t length(PyObject* self) {
  return as<Batch>(self)->count;
}

void deallocBatch(PyObject* self) {
  auto* const batch = as<Batch>(self);
  if (batch->consumer != nullptr) end(batch);
  Py_XDECREF(batch->array);
  freeObject(self);
}

PyMethodDef methods[] = {
    plain(
        "copy", copy,
        "copy()\n--\n\nThe records in an array of their own, which is kept as long as one likes."),
    {}};

PyGetSetDef getters[] = {
    getter("array", getArray,
           "The records in place: a read-only structured array, valid until the next batch or the "
           "commit."),
    getter("first", getFirst,
           "The sequence of the first record; of an empty batch, what would come next."),
    getter("status", getStatus, "Status.OK, or why the batch is empty."),
    {}};

PyType_Slot slots[] = {{Py_tp_dealloc, slot(deallocBatch)},
                       {Py_tp_methods, methods},
                       {Py_tp_getset, getters},
                       {Py_sq_length, slot(length)},
                       {Py_tp_iter, slot(iterate)},
                       {Py_tp_doc, slot("Records that a consumer was given.\n\n"
                                        "Empty, and so false, when a wait ended without any: "
                                        "`status` says why. Iterating gives\n"
                                        "each record as a copy of its own.")},
                       {0, nullptr}};

}  // namespace

PyType_Spec batchSpec{"sluice.Batch", sizeof(Batch), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

void end(Batch* batch) noexcept {
  takeOut(batch);
  PyObject* const consumer = pythonOf(std::exchange(batch->consumer, nullptr));
  PyObject* const array = std::exchange(batch->array, nullptr);
  Py_XDECREF(array);
  Py_DECREF(consumer);
}

}  // namespace sluice::python
