// A directory with rings of ticks, and shm-merge beside them as a process of its own.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "segment/checked_file.hpp"
#include "sluice/merged.hpp"
#include "sluice/sluice.hpp"
#include "support/child_process.hpp"
#include "support/eventually.hpp"
#include "support/scratch_directory.hpp"
#include "support/shell_command.hpp"

namespace sluice {

struct Quote {
  std::uint64_t time;
  double price;
};

template <>
inline constexpr std::string_view recordName<Quote> = "Quote";
template <>
inline constexpr auto recordFields<Quote> =
    std::array{SLUICE_FIELD(Quote, time), SLUICE_FIELD(Quote, price)};

class Merging : public ::testing::Test {
 protected:
  using Arguments = std::vector<std::string>;

  const std::string& directory() const noexcept { return directory_.path(); }

  template <class T = Quote>
  Producer<T> create(const std::string& name, std::uint64_t capacity = 64) const {
    return Producer<T>::create(name, {.capacity = capacity,
                                      .withoutConsumers = WithoutConsumers::wait,
                                      .directory = directory()})
        .value();
  }
  /// With the times from `from` to `to` - 1.
  static void publish(Producer<Quote>& ring, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t time = from; time < to; ++time)
      ring.send(Quote{time, static_cast<double>(time) / 2});
  }
  SegmentId idOf(const std::string& name) const {
    return detail::openChecked({directory(), name}).value().header.id;
  }

  /// shm-merge with these arguments in this directory; what it says is in said() and origins().
  testing::ChildProcess start(Arguments arguments) const {
    return testing::ChildProcess([this, &arguments] {
      arguments.insert(arguments.begin(), SLUICE_TOOLS_DIR "/shm-merge");
      arguments.insert(arguments.end(), {"--directory", directory()});
      std::vector<char*> words;
      for (std::string& argument : arguments)
        words.push_back(argument.data());
      words.push_back(nullptr);
      redirect(STDOUT_FILENO, ".origins");
      redirect(STDERR_FILENO, ".said");
      ::execv(words[0], words.data());
      return 127;
    });
  }
  /// The same to its end: the exit status.
  int run(Arguments arguments) const { return start(std::move(arguments)).wait(); }

  /// What all of them have said on standard error; and on standard output.
  std::string said() const { return textOf(".said"); }
  std::string origins() const { return textOf(".origins"); }

  Consumer<Merged<Quote>> attach(const std::string& consumer,
                                 const std::string& name = "all") const {
    return Consumer<Merged<Quote>>::attach(name, {.name = consumer,
                                                  .startAt = StartAt::oldest,
                                                  .withoutProducer = WithoutProducer::stay,
                                                  .appearWithin = std::chrono::seconds(60),
                                                  .directory = directory()})
        .value();
  }

  /// So many records, committed; fewer when the stream has ended or nothing comes.
  static std::vector<Merged<Quote>> take(Consumer<Merged<Quote>>& in, std::size_t count) {
    std::vector<Merged<Quote>> all;
    while (all.size() < count) {
      const auto batch = in.wait(std::chrono::seconds(60));
      if (!batch) break;
      for (std::size_t i = 0; i < batch.size() && all.size() < count; ++i)
        all.push_back(batch[i]);
      in.commit();
    }
    return all;
  }

  /// The sequences of each origin, in their order.
  static std::map<SegmentId, std::vector<Sequence>> sequencesOf(
      const std::vector<Merged<Quote>>& all) {
    std::map<SegmentId, std::vector<Sequence>> sequences;
    for (const Merged<Quote>& merged : all)
      sequences[merged.origin].push_back(merged.sequence);
    return sequences;
  }
  static std::vector<Sequence> sequences(Sequence from, Sequence to) {
    std::vector<Sequence> all;
    for (Sequence sequence = from; sequence < to; ++sequence)
      all.push_back(sequence);
    return all;
  }

 private:
  void redirect(int descriptor, const std::string& name) const {
    const int file =
        ::open((directory() + "/" + name).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(file, descriptor);
  }
  std::string textOf(const std::string& name) const {
    std::ifstream file(directory() + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  testing::ScratchDirectory directory_;
};

}  // namespace sluice
