#include "merged_record.hpp"

#include <string_view>

#include "sluice/merged.hpp"

namespace shm_merge {

using sluice::Field;
using namespace sluice::detail;

MergedRecord::MergedRecord(const sluice::RecordDescription& input)
    : inputName_(input.name),
      outputName_(std::string(mergedName) + inputName_ + ">"),
      inputFields_(input.fields.begin(), input.fields.end()),
      outputFields_(mergedHead.begin(), mergedHead.end()),
      offset_(mergedOffset(input.alignment)) {
  for (const Field& field : inputFields_)
    fieldNames_.push_back(std::string(mergedPrefix) + "." + std::string(field.name));
  for (std::size_t i = 0; i < inputFields_.size(); ++i) {
    // Of the input's name, behind the prefix.
    inputFields_[i].name = std::string_view(fieldNames_[i]).substr(mergedPrefix.size() + 1);
    outputFields_.push_back(mergedField(inputFields_[i], offset_, fieldNames_[i]));
  }
  if (inputFields_.empty()) outputFields_.push_back(wholeRecord(input.size, offset_));
  input_ = {inputName_, input.size, input.alignment, inputFields_};
  output_ = {outputName_, mergedSize(input.size, input.alignment), mergedAlignment(input.alignment),
             outputFields_};
}

}  // namespace shm_merge
