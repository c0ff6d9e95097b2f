// The records of inputs and output, as values.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sluice/record.hpp"

namespace shm_merge {

/// What sluice::Merged<T> is for a T that is known when the program runs. Stays where it is, as
/// the descriptions refer to it.
class MergedRecord {
 public:
  /// Copies all of the description.
  explicit MergedRecord(const sluice::RecordDescription& input);
  MergedRecord(const MergedRecord&) = delete;
  MergedRecord& operator=(const MergedRecord&) = delete;

  const sluice::RecordDescription& input() const noexcept { return input_; }
  const sluice::RecordDescription& output() const noexcept { return output_; }
  /// Bytes from the start of the output's record to the input's in it.
  std::size_t offset() const noexcept { return offset_; }

 private:
  std::string inputName_;
  std::string outputName_;
  std::vector<std::string> fieldNames_;  // as the output has them
  std::vector<sluice::Field> inputFields_;
  std::vector<sluice::Field> outputFields_;
  std::size_t offset_;
  sluice::RecordDescription input_;
  sluice::RecordDescription output_;
};

}  // namespace shm_merge
