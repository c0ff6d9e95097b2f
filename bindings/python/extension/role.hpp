// What every role has in Python: a segment's name, a handle that can be given up, and one thread.
#pragma once

#include <cstdint>

#include "attachment.hpp"
#include "python.hpp"
#include "sluice.h"

namespace sluice::python {

/// The first member of every role's object.
struct Role {
  PyObject_HEAD Attachment* attachment;  ///< null before it attaches and after it has left
  PyObject* segment;                     ///< the name, as the user gave it
  unsigned long busyIn;  ///< the process, as package() counts them, in which a call goes on; or 0

  // Of records:
  PyObject* dtype;  ///< of one record
  PyObject* ring;   ///< all records of the ring as an array; null before the first batch
};

/// Whether calls may use the role; false with an exception.
bool check(const Role* role) noexcept;
/// Whether the role may be given up, as it may be in a forked child, too.
bool checkFree(const Role* role) noexcept;

/// The handle for a call, null with an exception.
template <class Handle>
Handle* handleOf(PyObject* self) noexcept {
  const auto* const role = as<Role>(self);
  return check(role) ? static_cast<Handle*>(role->attachment->handle) : nullptr;
}

/// As long as this lives, other calls of the role are refused; the handle lives too.
class Busy {
 public:
  explicit Busy(PyObject* self) noexcept;
  ~Busy();
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  Role* role_;
  Attachment* attachment_;
};

/// None, or the exception that the status is.
PyObject* done(PyObject* self, int status) noexcept;
/// The same of a status that a reader's end is, too: the Status.
PyObject* ended(PyObject* self, int status) noexcept;
/// Whether a reader's status is an end in order, or a limit, and no error.
bool isEnd(int status) noexcept;

/// All records of the ring, borrowed. `base` is record `index`. Null with an exception.
PyObject* ringOf(Role* role, const void* base, std::size_t index, std::size_t stride,
                 std::uint64_t capacity, const sluice_record* record, bool isWritable) noexcept;

/// Gives up what the role holds. What views still need goes with the last of them.
void leave(Role* role) noexcept;
/// The same, and a warning where views live. None, or null with an exception.
PyObject* leaveWithWarning(Role* role) noexcept;

void dealloc(PyObject* self);

/// The dtype that the role's records are shown in: read by everybody, set by the package once it
/// knows the record.
PyObject* getDtype(PyObject* self, void*);
PyObject* setDtype(PyObject* self, PyObject* dtype);
PyObject* getSegment(PyObject* self, void*);
/// Whether the role is attached.
PyObject* getAttached(PyObject* self, void*);

}  // namespace sluice::python
