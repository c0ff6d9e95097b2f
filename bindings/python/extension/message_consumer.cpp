#include "message_consumer.hpp"

#include "message.hpp"
#include "methods.hpp"

namespace sluice::python {

namespace {

using Handle = sluice_message_consumer;

PyObject* messagesOf(Attachment* attachment, const sluice_message_batch& found) noexcept {
  Reference messages(PyTuple_New(static_cast<Py_ssize_t>(found.count)));
  if (!messages) return nullptr;
  for (std::size_t i = 0; i < found.count; ++i) {
    sluice_message one{};
    sluice_message_batch_at(&found, i, &one);
    Message* const message = messageOf(attachment, const_cast<void*>(one.bytes), one.size);
    if (message == nullptr) return nullptr;
    message->sequence = one.sequence;
    message->kind = one.kind;
    PyTuple_SetItem(messages.get(), static_cast<Py_ssize_t>(i), pythonOf(message));
  }
  return messages.release();
}

/// The argument is a timeout. Returns (messages, first, status).
PyObject* waitMethod(PyObject* self, PyObject* timeout) {
  std::int64_t deadline = 0;
  auto* const handle = deadlineOf(timeout, deadline) ? handleOf<Handle>(self) : nullptr;
  if (handle == nullptr) return nullptr;
  sluice_message_batch found{};
  int code = SLUICE_OK;
  {
    const Busy busy(self);
    code = wait(deadline, [&](std::int64_t until) {
      return sluice_message_consumer_wait(handle, until, &found);
    });
  }
  const Reference status(ended(self, code));
  const Reference messages(status ? messagesOf(as<Role>(self)->attachment, found) : nullptr);
  return messages ? Py_BuildValue("OKO", messages.get(), found.first, status.get()) : nullptr;
}

PyObject* commit(PyObject* self, PyObject* arguments, PyObject* keywords) {
  std::optional<Py_ssize_t> n;
  if (!readCount(arguments, keywords, n)) return nullptr;
  auto* const handle = handleOf<Handle>(self);
  if (handle == nullptr) return nullptr;
  Attachment* const attachment = as<Role>(self)->attachment;
  if (!releaseViews(attachment, as<Role>(self)->segment)) return nullptr;
  const int status = n ? sluice_message_consumer_commit_first(handle, static_cast<std::size_t>(*n))
                       : sluice_message_consumer_commit(handle);
  // After a part, the rest of the batch is to be had by rewind() alone.
  if (status == SLUICE_OK) ++attachment->given;
  return done(self, status);
}

PyObject* rewind(PyObject* self, PyObject*) {
  auto* const handle = handleOf<Handle>(self);
  if (handle == nullptr) return nullptr;
  const int status = sluice_message_consumer_rewind(handle);
  if (status == SLUICE_OK) ++as<Role>(self)->attachment->given;
  return done(self, status);
}

PyMethodDef methods[] = {
    positional("_attach",
               Attach<sluice_message_consumer_attach, sluice_message_consumer_destroy>::run,
               nullptr),
    {"_wait", waitMethod, METH_O, nullptr},
    keywords(
        "commit", method(commit),
        "commit(n=None)\n--\n\nSays \"I am done\" with all messages that were returned, or with "
        "the first `n` of the last batch, whose rest comes again after rewind().\nLiveView while a "
        "view of them lives that is not "
        "their own `bytes`."),
    plain("rewind", rewind, "rewind()\n--\n\nThe next wait begins after the last commit again."),
    plain("resign", Command<sluice_message_consumer_resign>::run,
          "resign()\n--\n\nGives the row and the name up for good, a held row too."),
    plain("leave", leaveAfter<endMessages>,
          "leave()\n--\n\nLeaves the stream; a held row stays held. Memory that views still need "
          "goes with the last of them,\nand so does the row. Again: no effect."),
    plain("ready_descriptor", Descriptor<sluice_message_consumer_ready_descriptor>::run,
          "ready_descriptor()\n--\n\nA file descriptor that is readable when a wait has something. "
          "It is neither read nor closed."),
    plain("arm", Ending<sluice_message_consumer_arm>::run,
          "arm()\n--\n\nMakes the descriptor unreadable until something comes. Status.OK when "
          "something is there already;\nStatus.TIMED_OUT when not; or why nothing will come."),
    {}};

PyGetSetDef getters[] = {
    getter("segment", getSegment, "The segment's name."),
    getter("attached", getAttached, "False once the role has left."),
    getter("name", Question<sluice_message_consumer_name>::get, "The consumer's name."),
    getter("status", Question<sluice_message_consumer_status>::get,
           "Why the last wait returned nothing."),
    getter("capacity", Question<sluice_message_consumer_capacity>::get, "Slots in the ring."),
    getter("lag", Question<sluice_message_consumer_lag>::get,
           "How many messages are published and not committed."),
    getter("next_sequence", Question<sluice_message_consumer_next>::get,
           "The sequence that the next wait begins at."),
    getter("last_committed", Question<sluice_message_consumer_last_committed>::get,
           "The sequence of the last committed message; -1 before the first of a ring."),
    getter("lost", Question<sluice_message_consumer_lost>::get,
           "(first, count): the messages that this consumer's name was never given."),
    getter("is_named", Question<sluice_message_consumer_is_named>::get,
           "Whether the segment's name still means this one. Costs system calls."),
    {}};

PyType_Slot slots[] = {{Py_tp_dealloc, slot(dealloc)},
                       {Py_tp_methods, methods},
                       {Py_tp_getset, getters},
                       {Py_tp_new, slot(PyType_GenericNew)},
                       {0, nullptr}};

}  // namespace

PyType_Spec messageConsumerSpec{"sluice._sluice.MessageConsumer", sizeof(Role), 0,
                                Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

}  // namespace sluice::python
