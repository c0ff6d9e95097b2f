// Options of the C interface as those of the roles.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>

#include "c/record.hpp"
#include "sluice/c/fan_in.h"
#include "sluice/c/options.h"
#include "sluice/c/segment.h"
#include "sluice/fan_in_options.hpp"
#include "sluice/message_options.hpp"
#include "sluice/options.hpp"
#include "sluice/segment.hpp"

namespace sluice::c {

/// Copies options of that size into `to` of `known` bytes, of which the first `least` were there
/// from the beginning. Throws Exception for a size that is none, and for an option that this
/// library does not have.
void readOptions(const void* from, std::size_t size, void* to, std::size_t known,
                 std::size_t least);

/// The options that were given; all defaults where there are none.
template <class Options>
Options known(const Options* given) {
  Options options{};
  options.struct_size = sizeof options;
  if (given != nullptr)
    readOptions(given, given->struct_size, &options, sizeof options, sizeof options);
  return options;
}

/// These throw Exception where a number is none of its list; the roles refuse the rest.
ProducerOptions producerOptionsOf(const sluice_producer_options& options);
MessageOptions messageOptionsOf(const sluice_producer_options& options);
OpenOptions openOptionsOf(const sluice_open_options& options);
ConsumerOptions consumerOptionsOf(const sluice_consumer_options& options);
ObserverOptions observerOptionsOf(const sluice_observer_options& options);
FanInOptions fanInOptionsOf(const sluice_fan_in_options& options);
RemoveOptions removeOptionsOf(const sluice_remove_options& options);
WaitStrategy waitStrategyOf(const sluice_wait_strategy& strategy);
std::string directoryOf(const char* directory);

/// The record that is asked for; null where any will do.
std::unique_ptr<GivenRecord> recordOf(const sluice_record* record);
/// That of a segment to be created, which must be given; its texts live in `record`.
RecordDescription checkedRecordOf(const sluice_producer_options& options,
                                  std::unique_ptr<GivenRecord>& record);
/// Of messages, which have none. Throws Exception where one is given.
void checkNoRecord(const sluice_record* record);

}  // namespace sluice::c
