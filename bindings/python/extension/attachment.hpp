// A handle of the C interface, which lives as long as any view of its memory.
#pragma once

#include <cstdint>

#include "package.hpp"
#include "python.hpp"

namespace sluice::python {

/// Owned by a role and by each view. Exports the ring's records as a buffer.
struct Attachment {
  PyObject_HEAD void* handle;
  int (*destroy)(void*);
  unsigned long process;  ///< that attached, as package() counts them
  void* memory;  ///< from the first record of the ring to the last; null before the first batch
  Py_ssize_t size;
  bool isWritable;

  // Of messages:
  std::uint64_t given;  ///< raised by whatever ends the messages that were given
  Py_ssize_t exports;   ///< how many buffers of messages live
  PyObject* views;      ///< the memoryviews that the role itself has made, or null
  bool isOver;          ///< the role has left: the handle goes with the last of these buffers
};

extern PyType_Spec attachmentSpec;
extern PyObject* attachmentType;

/// A new reference, which owns the handle; null, and the handle destroyed, without memory for it.
template <class Handle, int (*destroy)(Handle*)>
Attachment* attachmentOf(Handle* handle) noexcept {
  auto* const made = make<Attachment>(attachmentType);
  if (made == nullptr) {
    destroy(handle);
    return nullptr;
  }
  made->handle = handle;
  made->process = package().process;
  made->destroy = [](void* ours) { return destroy(static_cast<Handle*>(ours)); };
  return made;
}

/// Releases the memoryviews that the role has made. False, with an exception, while others live.
bool releaseViews(Attachment* attachment, PyObject* segment) noexcept;
/// Forgets those memoryviews, which the attachment and they would keep alive for good.
void forgetViews(Attachment* attachment) noexcept;
/// For a role of messages that leaves: its messages are over, and need no handle. The handle goes
/// with the last of their buffers, now if there is none.
void endMessages(Attachment* attachment, PyObject* segment) noexcept;
void releaseBuffer(Attachment* attachment) noexcept;

}  // namespace sluice::python
