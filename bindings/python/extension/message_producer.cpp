#include "message_producer.hpp"

#include "message.hpp"
#include "methods.hpp"

namespace sluice::python {

namespace {

using Handle = sluice_message_producer;

/// The bytes that were claimed cannot be written any more. False, with an exception, while a view
/// of them lives that is not the claim's own.
bool endClaim(PyObject* self) noexcept {
  Attachment* const attachment = as<Role>(self)->attachment;
  if (!releaseViews(attachment, as<Role>(self)->segment)) return false;
  ++attachment->given;
  return true;
}

PyObject* claim(PyObject* self, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"size", "timeout", nullptr};
  Py_ssize_t size = 0;
  PyObject* timeout = Py_None;
  std::int64_t deadline = 0;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "n|O", const_cast<char**>(names), &size,
                                   &timeout) ||
      !deadlineOf(timeout, deadline))
    return nullptr;
  auto* const handle = handleOf<Handle>(self);
  if (handle == nullptr || !endClaim(self)) return nullptr;
  void* bytes = nullptr;
  int status = SLUICE_OK;
  {
    const Busy busy(self);
    status = wait(deadline, [&](std::int64_t until) {
      return sluice_message_producer_claim(handle, static_cast<std::size_t>(size), until, &bytes);
    });
  }
  if (status != SLUICE_OK) return done(self, status);
  Message* const room =
      messageOf(as<Role>(self)->attachment, bytes, static_cast<std::size_t>(size));
  if (room == nullptr) return nullptr;
  const Reference owned(pythonOf(room));
  room->isWritable = true;
  return viewOf(room);
}

PyObject* finish(PyObject* self, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"size", "kind", nullptr};
  Py_ssize_t size = 0;
  unsigned int kind = 0;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "n|I", const_cast<char**>(names), &size,
                                   &kind))
    return nullptr;
  auto* const handle = handleOf<Handle>(self);
  if (handle == nullptr || !endClaim(self)) return nullptr;
  return done(self, sluice_message_producer_finish(handle, static_cast<std::size_t>(size), kind));
}

PyObject* send(PyObject* self, PyObject* arguments, PyObject* keywords) {
  static const char* names[] = {"message", "kind", "timeout", nullptr};
  Py_buffer message{};
  unsigned int kind = 0;
  PyObject* timeout = Py_None;
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "y*|IO", const_cast<char**>(names),
                                   &message, &kind, &timeout))
    return nullptr;
  std::int64_t deadline = 0;
  auto* const handle = deadlineOf(timeout, deadline) ? handleOf<Handle>(self) : nullptr;
  int status = interrupted;
  if (handle != nullptr) {
    const Busy busy(self);
    const auto size = static_cast<std::size_t>(message.len);
    status = waitCopying(size, deadline, [&](std::int64_t until) {
      return sluice_message_producer_send(handle, message.buf, size, kind, until);
    });
  }
  PyBuffer_Release(&message);
  return handle == nullptr ? nullptr : done(self, status);
}

PyObject* arm(PyObject* self, PyObject* size) {
  const std::size_t bytes = PyLong_AsSize_t(size);
  if (PyErr_Occurred() != nullptr) return nullptr;
  auto* const handle = handleOf<Handle>(self);
  return handle == nullptr ? nullptr : ended(self, sluice_message_producer_arm(handle, bytes));
}

PyMethodDef methods[] = {
    positional("_create",
               Attach<sluice_message_producer_create, sluice_message_producer_destroy>::run,
               nullptr),
    positional("_create_or_open",
               Attach<sluice_message_producer_create_or_open, sluice_message_producer_destroy>::run,
               nullptr),
    positional("_open", Attach<sluice_message_producer_open, sluice_message_producer_destroy>::run,
               nullptr),
    positional("_wait_for_consumers",
               waitForConsumers<Handle, sluice_message_producer_wait_for_consumers>, nullptr),
    keywords(
        "claim", method(claim),
        "claim(size, timeout=None)\n--\n\nRoom for a message of at most `size` bytes: a writable "
        "memoryview. finish() says how many it has;\nuntil then the next claim takes its "
        "place."),
    keywords("finish", method(finish),
             "finish(size, kind=0)\n--\n\nThe message is the first `size` of the bytes that were "
             "claimed last; the others go back.\nThe claim's memoryview is released."),
    plain("publish", Command<sluice_message_producer_publish, endClaim>::run,
          "publish()\n--\n\nPublishes all claims that are finished."),
    plain("abandon", Command<sluice_message_producer_abandon, endClaim>::run,
          "abandon()\n--\n\nGives back what is claimed and not published."),
    keywords(
        "send", method(send),
        "send(message, kind=0, timeout=None)\n--\n\nCopies a message in and publishes it: bytes, "
        "or what has a contiguous buffer."),
    plain("close", Command<sluice_message_producer_close, endClaim>::run,
          "close()\n--\n\nEnds the stream for good. Again: no effect."),
    plain("leave", leaveAfter<endMessages>,
          "leave()\n--\n\nLeaves the stream open for a successor. Again: no effect."),
    plain(
        "ready_descriptor", Descriptor<sluice_message_producer_ready_descriptor>::run,
        "ready_descriptor()\n--\n\nA file descriptor that is readable when a claim has room. It is "
        "neither read nor closed."),
    {"arm", arm, METH_O,
     "arm(size)\n--\n\nMakes the descriptor unreadable until there is room for so many bytes."},
    {}};

PyGetSetDef getters[] = {
    getter("segment", getSegment, "The segment's name."),
    getter("attached", getAttached, "False once the role has left."),
    getter("capacity", Question<sluice_message_producer_capacity>::get, "Messages in flight."),
    getter("payload_bytes", Question<sluice_message_producer_payload_bytes>::get,
           "Bytes of the payload region."),
    getter("longest", Question<sluice_message_producer_longest>::get,
           "Bytes of the longest message."),
    getter("longest_in_slot", Question<sluice_message_producer_longest_in_slot>::get,
           "Bytes of the longest message that lies in its slot."),
    getter("last_published", Question<sluice_message_producer_last_published>::get,
           "The sequence of the last published message; -1 before the first of a ring."),
    getter("last_finished", Question<sluice_message_producer_last_finished>::get,
           "The sequence of the last finished message; -1 before the first of a ring."),
    getter("is_named", Question<sluice_message_producer_is_named>::get,
           "Whether the segment's name still means this one. Costs system calls."),
    {}};

PyType_Slot slots[] = {{Py_tp_dealloc, slot(dealloc)},
                       {Py_tp_methods, methods},
                       {Py_tp_getset, getters},
                       {Py_tp_new, slot(PyType_GenericNew)},
                       {0, nullptr}};

}  // namespace

PyType_Spec messageProducerSpec{"sluice._sluice.MessageProducer", sizeof(Role), 0,
                                Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

}  // namespace sluice::python
