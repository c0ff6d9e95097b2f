#include "reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::kill {

Reader::Reader(std::string name, Receiver consumer)
    : name_(std::move(name)), consumer_(std::move(consumer)), expected_(consumer_.next()) {}

Status Reader::read(const WaitLimit& limit) {
  for (;;) {
    const auto batch = consumer_.wait(limit);
    if (!batch) return batch.status();
    if (batch.first() != expected_)
      findings_.push_back(
          fmt::format("{} was given {} after {}", name_, batch.first(), expected_ - 1));
    expected_ = batch.last() + 1;
    Sequence sequence = batch.first();
    for (const Parcel& parcel : batch) {
      if (!parcel.isWhole())
        findings_.push_back(fmt::format("{} was given a torn record {}", name_, sequence));
      else if (parcel.number != sequence)
        findings_.push_back(
            fmt::format("{} was given record {} as {}", name_, parcel.number, sequence));
      ++sequence;
    }
    if (const Status status = consumer_.commit(); status != Status::ok) return status;
  }
}

SleepingReader::SleepingReader(std::string name, Receiver consumer)
    : reader_(std::move(name), std::move(consumer)),
      thread_([this] { status_ = reader_.read(WaitLimit(patience)); }) {}

}  // namespace sluice::kill
