// A message in place, and room that is claimed for one: bytes of the ring.
#pragma once

#include <cstdint>

#include "attachment.hpp"
#include "python.hpp"

namespace sluice::python {

struct Message {
  PyObject_HEAD Attachment* attachment;
  std::uint64_t given;  ///< what the attachment's number was: another one, and it is over
  void* bytes;
  Py_ssize_t size;
  std::uint64_t sequence;
  std::uint32_t kind;
  bool isWritable;
};

extern PyType_Spec messageSpec;
extern PyObject* messageType;

/// A new reference, or null with an exception. Its bytes are those of the attachment's memory.
Message* messageOf(Attachment* attachment, void* bytes, std::size_t size) noexcept;

/// The memoryview of the message; a new reference. The attachment releases it when the message is
/// over.
PyObject* viewOf(Message* message) noexcept;

/// For a role that leaves: its messages are over. True.
bool endMessages(PyObject* self) noexcept;

}  // namespace sluice::python
