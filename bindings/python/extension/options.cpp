#include "options.hpp"

#include <cstring>
#include <new>

namespace sluice::python {

namespace {

/// The text in UTF-8, which lives as long as the object; null with an exception.
const char* utf8(PyObject* text) noexcept {
  Py_ssize_t size = 0;
  const char* const bytes = PyUnicode_AsUTF8AndSize(text, &size);
  if (bytes != nullptr && std::strlen(bytes) != static_cast<std::size_t>(size)) {
    PyErr_SetString(PyExc_ValueError, "embedded null character");
    return nullptr;
  }
  return bytes;
}

PyObject* entry(PyObject* dict, const char* key) noexcept {
  PyObject* const found = PyDict_GetItemString(dict, key);
  return found == Py_None ? nullptr : found;
}

template <class Number>
Number to(std::int64_t number) noexcept {
  return static_cast<Number>(number);
}

}  // namespace

bool GivenRecord::read(PyObject* tuple) noexcept try {
  if (tuple == nullptr) return true;
  PyObject* fields = nullptr;
  PyObject* name = nullptr;
  Py_ssize_t size = 0;
  Py_ssize_t alignment = 0;
  if (!PyArg_ParseTuple(tuple, "UnnO!", &name, &size, &alignment, &PyList_Type, &fields))
    return false;
  for (Py_ssize_t i = 0; i < PyList_Size(fields); ++i) {
    PyObject* fieldName = nullptr;
    Py_ssize_t at = 0;
    Py_ssize_t width = 0;
    Py_ssize_t count = 0;
    int kind = 0;
    if (!PyArg_ParseTuple(PyList_GetItem(fields, i), "Unnni", &fieldName, &at, &width, &count,
                          &kind))
      return false;
    const char* const text = utf8(fieldName);
    if (text == nullptr) return false;
    fields_.push_back(
        {text, to<std::size_t>(at), to<std::size_t>(width), to<std::size_t>(count), kind});
  }
  const char* const text = utf8(name);
  if (text == nullptr) return false;
  record_ = {text, to<std::size_t>(size), to<std::size_t>(alignment), fields_.data(),
             fields_.size()};
  isThere_ = true;
  return true;
} catch (const std::bad_alloc&) {
  PyErr_NoMemory();
  return false;
}

PyObject* tupleOf(const sluice_record* record) noexcept {
  Reference fields(PyList_New(0));
  if (!fields) return nullptr;
  for (std::size_t i = 0; i < record->field_count; ++i) {
    const sluice_field& field = record->fields[i];
    const Reference name = decoded(field.name);
    if (!name) return nullptr;
    const Reference one(
        Py_BuildValue("Onnni", name.get(), field.offset, field.size, field.count, field.kind));
    if (!one || PyList_Append(fields.get(), one.get()) != 0) return nullptr;
  }
  const Reference name = decoded(record->name == nullptr ? "" : record->name);
  if (!name) return nullptr;
  return Py_BuildValue("OnnO", name.get(), record->size, record->alignment, fields.get());
}

PyObject* tupleOf(const sluice_lost_records& lost) noexcept {
  return Py_BuildValue("KK", lost.first, lost.count);
}

bool readNames(PyObject* sequence, std::vector<const char*>& names) noexcept try {
  for (Py_ssize_t i = 0; i < PySequence_Size(sequence); ++i) {
    const Reference one(PySequence_GetItem(sequence, i));
    const char* const text = one ? utf8(one.get()) : nullptr;
    if (text == nullptr) return false;
    names.push_back(text);
  }
  return PyErr_Occurred() == nullptr;
} catch (const std::bad_alloc&) {
  PyErr_NoMemory();
  return false;
}

bool GivenPath::read(PyObject* path) noexcept {
  if (path == nullptr || path == Py_None) return true;
  PyObject* bytes = nullptr;
  if (PyUnicode_FSConverter(path, &bytes) == 0) return false;
  bytes_ = Reference(bytes);
  return true;
}

const char* GivenPath::text() const noexcept {
  return bytes_ ? PyBytes_AsString(bytes_.get()) : nullptr;
}

bool Options::number(PyObject* dict, const char* key, std::int64_t& to) noexcept {
  PyObject* const found = entry(dict, key);
  if (found == nullptr) return true;
  to = PyLong_AsLongLong(found);
  return PyErr_Occurred() == nullptr;
}

bool Options::text(PyObject* dict, const char* key, const char*& to) noexcept {
  PyObject* const found = entry(dict, key);
  if (found == nullptr) return true;
  to = utf8(found);
  return to != nullptr;
}

bool Options::read(PyObject* dict) noexcept {
  std::int64_t kind = 0;
  std::int64_t spins = 0;
  std::int64_t yields = 0;
  PyObject* const after = entry(dict, "after");
  const bool isRead =
      record_.read(entry(dict, "record")) && (after == nullptr || readNames(after, after_)) &&
      text(dict, "name", name_) && directory_.read(entry(dict, "directory")) &&
      number(dict, "capacity", capacity_) && number(dict, "first_sequence", firstSequence_) &&
      number(dict, "slot_layout", slotLayout_) && number(dict, "max_consumers", maxConsumers_) &&
      number(dict, "without_consumers", withoutConsumers_) &&
      number(dict, "wake_protocol", wakeProtocol_) && number(dict, "when_taken", whenTaken_) &&
      number(dict, "mode", mode_) && number(dict, "take_over_within", takeOver_) &&
      number(dict, "memory", memory_) && number(dict, "payload_bytes", payloadBytes_) &&
      number(dict, "slot_size", slotSize_) && number(dict, "start_at", startAt_) &&
      number(dict, "without_producer", withoutProducer_) && number(dict, "on_death", onDeath_) &&
      number(dict, "attach_to", attachTo_) && number(dict, "evict_after", evictAfter_) &&
      number(dict, "appear_within", appear_) && number(dict, "max_batch", maxBatch_) &&
      number(dict, "wait_kind", kind) && number(dict, "spins", spins) &&
      number(dict, "yields", yields);
  strategy_ = {to<int>(kind), to<std::uint32_t>(spins), to<std::uint32_t>(yields)};
  return isRead;
}

void Options::choose(sluice_producer_options& options) const noexcept {
  options.capacity = to<std::uint64_t>(capacity_);
  options.first_sequence = to<std::uint64_t>(firstSequence_);
  options.slot_layout = to<int>(slotLayout_);
  options.max_consumers = to<std::uint32_t>(maxConsumers_);
  options.without_consumers = to<int>(withoutConsumers_);
  options.wake_protocol = to<int>(wakeProtocol_);
  options.when_taken = to<int>(whenTaken_);
  options.mode = to<std::uint32_t>(mode_);
  options.take_over_deadline_ns = takeOver_;
  options.payload_bytes = to<std::uint64_t>(payloadBytes_);
  options.slot_size = to<std::uint64_t>(slotSize_);
}

void Options::choose(sluice_open_options& options) const noexcept {
  options.take_over_deadline_ns = takeOver_;
}

void Options::choose(sluice_consumer_options& options) const noexcept {
  options.name = name_;
  options.start_at = to<int>(startAt_);
  options.without_producer = to<int>(withoutProducer_);
  options.on_death = to<int>(onDeath_);
  options.attach_to = to<int>(attachTo_);
  options.evict_after_ns = evictAfter_;
  options.after = after_.data();
  options.after_count = after_.size();
  options.appear_deadline_ns = appear_;
  options.max_batch = to<std::uint64_t>(maxBatch_);
}

void Options::choose(sluice_observer_options& options) const noexcept {
  options.start_at = to<int>(startAt_);
  options.without_producer = to<int>(withoutProducer_);
  options.attach_to = to<int>(attachTo_);
  options.appear_deadline_ns = appear_;
}

}  // namespace sluice::python
