#include "message.hpp"

#include "methods.hpp"
#include "package.hpp"

namespace sluice::python {

PyObject* messageType;

namespace {

int getBuffer(PyObject* self, Py_buffer* view, int flags) {
  auto* const message = as<Message>(self);
  if (message->given != message->attachment->given) {
    view->obj = nullptr;
    raise(SLUICE_ERROR_INVALID_ARGUMENT, nullptr, "message",
          "one that is over: it was committed, or its role has left", "one of the last batch",
          "keep bytes(message) of what is needed for longer");
    return -1;
  }
  if (PyBuffer_FillInfo(view, self, message->bytes, message->size, message->isWritable ? 0 : 1,
                        flags) != 0)
    return -1;
  ++message->attachment->exports;
  return 0;
}

void releaseMessage(PyObject* self, Py_buffer*) {
  releaseBuffer(as<Message>(self)->attachment);
}

PyObject* getBytes(PyObject* self, void*) {
  return viewOf(as<Message>(self));
}
PyObject* getKind(PyObject* self, void*) {
  return PyLong_FromUnsignedLong(as<Message>(self)->kind);
}
PyObject* getSequence(PyObject* self, void*) {
  return PyLong_FromUnsignedLongLong(as<Message>(self)->sequence);
}
Py_ssize_t length(PyObject* self) {
  return as<Message>(self)->size;
}

void deallocMessage(PyObject* self) {
  auto* const message = as<Message>(self);
  Py_DECREF(pythonOf(message->attachment));
  freeObject(self);
}

PyGetSetDef getters[] = {
    getter("bytes", getBytes,
           "The bytes in place: a read-only memoryview, released at the next batch or the commit."),
    getter("kind", getKind, "Its producer's number for what it is."),
    getter("sequence", getSequence, "Its number in the stream."),
    {}};

PyType_Slot slots[] = {{Py_tp_dealloc, slot(deallocMessage)},
                       {Py_tp_getset, getters},
                       {Py_sq_length, slot(length)},
                       {Py_bf_getbuffer, slot(getBuffer)},
                       {Py_bf_releasebuffer, slot(releaseMessage)},
                       {Py_tp_doc, slot("A message in place. bytes(message) copies it.")},
                       {0, nullptr}};

}  // namespace

PyType_Spec messageSpec{"sluice.Message", sizeof(Message), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

Message* messageOf(Attachment* attachment, void* bytes, std::size_t size) noexcept {
  auto* const message = make<Message>(messageType);
  if (message == nullptr) return nullptr;
  Py_INCREF(pythonOf(attachment));
  message->attachment = attachment;
  message->given = attachment->given;
  message->bytes = bytes;
  message->size = static_cast<Py_ssize_t>(size);
  return message;
}

PyObject* viewOf(Message* message) noexcept {
  Attachment* const attachment = message->attachment;
  Reference view(PyMemoryView_FromObject(pythonOf(message)));
  if (!view) return nullptr;
  if (attachment->views == nullptr) attachment->views = PyList_New(0);
  if (attachment->views == nullptr || PyList_Append(attachment->views, view.get()) != 0)
    return nullptr;
  return view.release();
}

bool endMessages(PyObject* self) noexcept {
  endMessages(as<Role>(self)->attachment, as<Role>(self)->segment);
  return true;
}

}  // namespace sluice::python
