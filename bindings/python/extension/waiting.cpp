#include "waiting.hpp"

namespace sluice::python {

bool deadlineOf(PyObject* timeout, std::int64_t& deadline) noexcept {
  deadline = SLUICE_FOREVER;
  if (timeout == nullptr || timeout == Py_None) return true;
  const double seconds = PyFloat_AsDouble(timeout);
  if (seconds == -1.0 && PyErr_Occurred() != nullptr) return false;
  if (seconds != seconds) {
    raise(SLUICE_ERROR_INVALID_ARGUMENT, nullptr, "timeout", "nan", "a number of seconds, or None",
          "");
    return false;
  }
  constexpr double nanoseconds = 1e9;
  constexpr double longest = 9.2e18;
  if (seconds * nanoseconds < longest)
    deadline =
        sluice_deadline_after(static_cast<std::int64_t>(seconds > 0 ? seconds * nanoseconds : 0));
  return true;
}

}  // namespace sluice::python
