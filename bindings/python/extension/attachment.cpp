#include "attachment.hpp"

#include "package.hpp"

namespace sluice::python {

PyObject* attachmentType;

namespace {

int getBuffer(PyObject* self, Py_buffer* view, int flags) {
  const auto* const ours = as<Attachment>(self);
  return PyBuffer_FillInfo(view, self, ours->memory, ours->size, ours->isWritable ? 0 : 1, flags);
}

void destroyHandle(Attachment* attachment) noexcept {
  void* const handle = std::exchange(attachment->handle, nullptr);
  if (handle != nullptr) attachment->destroy(handle);
}

void dealloc(PyObject* self) {
  auto* const ours = as<Attachment>(self);
  Py_XDECREF(ours->views);
  destroyHandle(ours);
  freeObject(self);
}

PyType_Slot slots[] = {{Py_tp_dealloc, slot(dealloc)},
                       {Py_bf_getbuffer, slot(getBuffer)},
                       {Py_tp_doc, slot("The memory of a ring.")},
                       {0, nullptr}};

}  // namespace

PyType_Spec attachmentSpec{"sluice._sluice.Attachment", sizeof(Attachment), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

bool releaseViews(Attachment* attachment, PyObject* segment) noexcept {
  if (attachment->views != nullptr) {
    for (Py_ssize_t i = PyList_Size(attachment->views) - 1; i >= 0; --i) {
      const Reference done(
          PyObject_CallMethod(PyList_GetItem(attachment->views, i), "release", nullptr));
      if (!done) {
        if (PyErr_ExceptionMatches(PyExc_BufferError) == 0) return false;
        PyErr_Clear();
        raiseLiveView(segment);
        return false;
      }
    }
    if (PyList_SetSlice(attachment->views, 0, PyList_Size(attachment->views), nullptr) != 0)
      return false;
  }
  if (attachment->exports == 0) return true;
  raiseLiveView(segment);
  return false;
}

void forgetViews(Attachment* attachment) noexcept {
  Py_CLEAR(attachment->views);
}

void endMessages(Attachment* attachment, PyObject* segment) noexcept {
  if (!releaseViews(attachment, segment)) PyErr_Clear();
  ++attachment->given;
  attachment->isOver = true;
  if (attachment->exports == 0) destroyHandle(attachment);
}

void releaseBuffer(Attachment* attachment) noexcept {
  --attachment->exports;
  if (attachment->exports == 0 && attachment->isOver) destroyHandle(attachment);
}

}  // namespace sluice::python
