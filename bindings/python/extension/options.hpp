// The options of the C interface, from a dict whose keys are their names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "python.hpp"
#include "sluice.h"

namespace sluice::python {

/// A record's description, from (name, size, alignment, [(name, offset, size, count, kind), ...]).
/// The texts are those of the tuple. Stays where it is.
class GivenRecord {
 public:
  /// False with an exception. None: there is no record.
  bool read(PyObject* tuple) noexcept;
  const sluice_record* record() const noexcept { return isThere_ ? &record_ : nullptr; }

 private:
  bool isThere_ = false;
  std::vector<sluice_field> fields_;
  sluice_record record_{};
};

/// The same tuple of a record; a new reference.
PyObject* tupleOf(const sluice_record* record) noexcept;
/// (first, count)
PyObject* tupleOf(const sluice_lost_records& lost) noexcept;

/// Reads names into an array for C; the texts are those of the sequence.
bool readNames(PyObject* sequence, std::vector<const char*>& names) noexcept;

/// A path, or a name in a directory, as Python has it: None, a text, bytes or a PathLike.
class GivenPath {
 public:
  /// False with an exception.
  bool read(PyObject* path) noexcept;
  /// Null where there is none.
  const char* text() const noexcept;

 private:
  Reference bytes_;
};

/// The options of any role; what a role does not have is ignored by it. Stays where it is.
class Options {
 public:
  /// False with an exception.
  bool read(PyObject* dict) noexcept;

  /// As a struct of the C interface; it points to texts of this.
  template <class Chosen>
  Chosen as() const noexcept {
    Chosen chosen{};
    chosen.struct_size = sizeof chosen;
    chosen.record = record_.record();
    chosen.directory = directory_.text();
    chosen.wait_strategy = strategy_;
    chosen.memory = static_cast<std::uint32_t>(memory_);
    choose(chosen);
    return chosen;
  }

 private:
  void choose(sluice_producer_options& options) const noexcept;
  void choose(sluice_open_options& options) const noexcept;
  void choose(sluice_consumer_options& options) const noexcept;
  void choose(sluice_observer_options& options) const noexcept;

  bool number(PyObject* dict, const char* key, std::int64_t& to) noexcept;
  bool text(PyObject* dict, const char* key, const char*& to) noexcept;

  GivenRecord record_;
  std::vector<const char*> after_;
  sluice_wait_strategy strategy_{};
  const char* name_ = nullptr;
  GivenPath directory_;
  std::int64_t capacity_ = 0, firstSequence_ = 0, slotLayout_ = 0, maxConsumers_ = 0,
               withoutConsumers_ = 0, wakeProtocol_ = 0, whenTaken_ = 0, mode_ = 0, takeOver_ = 0,
               memory_ = 0, payloadBytes_ = 0, slotSize_ = 0, startAt_ = 0, withoutProducer_ = 0,
               onDeath_ = 0, attachTo_ = 0, evictAfter_ = 0, appear_ = 0, maxBatch_ = 0;
};

}  // namespace sluice::python
