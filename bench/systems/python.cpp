#include "systems/python.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sluice/sluice.hpp"
#include "sluice/untyped.hpp"
#include "support/child_process.hpp"
#include "support/program.hpp"
#include "support/sequenced_record.hpp"
#include "systems/own_segment.hpp"

// Without them CMake has found no Python.
#ifndef SLUICE_BENCH_PYTHON
#define SLUICE_BENCH_PYTHON ""
#define SLUICE_BENCH_PYTHON_ENDS ""
#define SLUICE_BENCH_PYTHON_PACKAGE ""
#endif

namespace sluice::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Record = SequencedRecord<64>;

constexpr std::uint64_t capacity = 8192;

/// An interpreter, which ends with this.
class Interpreter {
 public:
  explicit Interpreter(const Processors& processors)
      : program_({"/usr/bin/env", "PYTHONPATH=" SLUICE_BENCH_PYTHON_PACKAGE, SLUICE_BENCH_PYTHON,
                  SLUICE_BENCH_PYTHON_ENDS},
                 processors) {}

  double nanoseconds(const std::string& what, const PythonLoad& load,
                     const std::string& segment = "") {
    return std::stod(
        program_.ask(fmt::format("{} {} {} {}", what, load.batch, load.batches, segment)));
  }

 private:
  Program program_;
};

int whatIsThere() {
  static const int there = [] {
    if (::access(SLUICE_BENCH_PYTHON, X_OK) != 0) return 0;
    return static_cast<int>(Interpreter(Processors{}).nanoseconds("is_there", {0, 0}));
  }();
  return there;
}

const char* nameOf(PythonWork work) {
  switch (work) {
    case PythonWork::consume:
      return "consume";
    case PythonWork::wait:
      return "wait";
    default:
      return "produce";
  }
}

constexpr RecordDescription described{
    .name = "untyped", .size = sizeof(Record), .alignment = alignof(Record)};

std::vector<Record> recordsOf(const PythonLoad& load) {
  std::vector<Record> records(load.batch);
  for (std::uint64_t i = 0; i < load.batch; ++i)
    records[i].fill(i);
  return records;
}

void send(UntypedProducer& out, const std::vector<Record>& records) {
  out.send(reinterpret_cast<const std::byte*>(records.data()), sizeof(Record), records.size());
}

std::uint64_t sumOf(const UntypedConsumer::Records& batch) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < batch.size(); ++i)
    sum += reinterpret_cast<const Record*>(batch[i])->word[0];
  return sum;
}

void check(std::uint64_t sum, const PythonLoad& load) {
  if (sum != load.batches * (load.batch * (load.batch - 1) / 2))
    throw std::runtime_error("a record was lost, doubled or changed");
}

double nanosecondsOf(Clock::duration time) {
  return std::chrono::duration<double, std::nano>(time).count();
}

/// The time of a receiver in this process, or in one that it asks: from its first batch on.
template <class Receive>
double stream(const PythonLoad& load, Receive receive) {
  const OwnSegment segment;
  ChildProcess sender([&] {
    auto out = UntypedProducer::create(
                   segment.name(), {.capacity = capacity, .memory = {.prefault = true}}, described)
                   .value();
    awaitConsumers(out, 1);
    const auto records = recordsOf(load);
    for (std::uint64_t i = 0; i < load.batches; ++i)
      send(out, records);
    out.close();
  });
  const double time = receive(segment.name());
  sender.mustSucceed();
  return time;
}

double receiveInCpp(const PythonLoad& load, const std::string& segment) {
  auto in = UntypedConsumer::attach(segment, {.name = "0",
                                              .appearWithin = comesWithin,
                                              .maxBatch = load.batch,
                                              .memory = {.prefault = true}})
                .value();
  std::uint64_t sum = 0;
  std::optional<Clock::time_point> begin;
  while (const auto batch = in.wait()) {
    if (!begin) begin = Clock::now();
    sum += sumOf(batch);
    static_cast<void>(in.commit());
  }
  check(sum, load);
  return nanosecondsOf(Clock::now() - begin.value());
}

/// Both ends in this process, over the untyped roles that the package stands on.
class CppEnds {
 public:
  explicit CppEnds(const PythonLoad& load)
      : load_(load),
        out_(UntypedProducer::create(
                 segment_.name(), {.capacity = capacity, .memory = {.prefault = true}}, described)
                 .value()),
        in_(UntypedConsumer::attach(segment_.name(),
                                    {.maxBatch = load.batch, .memory = {.prefault = true}})
                .value()),
        records_(recordsOf(load)) {}

  double nanoseconds(PythonWork work) {
    Clock::duration taken{};
    std::uint64_t sum = 0;
    const std::uint64_t atOnce = capacity / load_.batch;
    for (std::uint64_t left = load_.batches; left != 0;) {
      const std::uint64_t count = std::min(atOnce, left);
      const auto begin = Clock::now();
      for (std::uint64_t i = 0; i < count; ++i)
        send(out_, records_);
      const auto between = Clock::now();
      for (std::uint64_t i = 0; i < count; ++i)
        sum += receive(work == PythonWork::consume);
      const auto end = Clock::now();
      taken += work == PythonWork::produce ? between - begin : end - between;
      left -= count;
    }
    if (work == PythonWork::consume) check(sum, load_);
    return nanosecondsOf(taken);
  }

 private:
  std::uint64_t receive(bool isSummed) {
    const auto batch = in_.wait();
    if (!batch) throw std::runtime_error("the stream has ended");
    const std::uint64_t sum = isSummed ? sumOf(batch) : 0;
    static_cast<void>(in_.commit());
    return sum;
  }

  PythonLoad load_;
  OwnSegment segment_;
  UntypedProducer out_;
  UntypedConsumer in_;
  std::vector<Record> records_;
};

double figureOf(double nanoseconds, PythonFigure figure, const PythonLoad& load) {
  if (figure == PythonFigure::timePerBatch)
    return nanoseconds / 1e3 / static_cast<double>(load.batches);
  return static_cast<double>(load.batch * load.batches) * 1e3 / nanoseconds;
}

/// Started by the first run, and warmed up.
std::shared_ptr<Interpreter> startedOnce(std::shared_ptr<Interpreter>& interpreter,
                                         const Processors& processors) {
  if (!interpreter) interpreter = std::make_shared<Interpreter>(processors);
  return interpreter;
}

}  // namespace

bool pythonIsThere() {
  return (whatIsThere() & 1) != 0;
}

bool pyzmqIsThere() {
  return (whatIsThere() & 2) != 0;
}

Contender workInCpp(PythonWork work, PythonFigure figure, const PythonLoad& load) {
  return {"Sluice from C++, untyped", Kind::floor,
          [=] { return Run{{figureOf(CppEnds(load).nanoseconds(work), figure, load)}}; }};
}

Contender workInPython(PythonWork work, PythonFigure figure, const PythonLoad& load,
                       const Processors& processors) {
  return {"Sluice from Python", Kind::sluice,
          [=, interpreter = std::shared_ptr<Interpreter>()]() mutable {
            const double time =
                startedOnce(interpreter, processors)->nanoseconds(nameOf(work), load);
            return Run{{figureOf(time, figure, load)}};
          }};
}

Contender pythonLessCpp(PythonWork work, const PythonLoad& load, const Processors& processors) {
  return {"Sluice from Python, less C++", Kind::sluice,
          [=, interpreter = std::shared_ptr<Interpreter>()]() mutable {
            const double python =
                startedOnce(interpreter, processors)->nanoseconds(nameOf(work), load);
            const double cpp = CppEnds(load).nanoseconds(work);
            return Run{{figureOf(python - cpp, PythonFigure::timePerBatch, load)}};
          }};
}

Contender sumInCpp(const PythonLoad& load) {
  return {"Sluice from C++, untyped", Kind::floor, [=] {
            const double time =
                stream(load, [&](const std::string& name) { return receiveInCpp(load, name); });
            return Run{{figureOf(time, PythonFigure::throughput, load)}};
          }};
}

Contender sumInPython(const PythonLoad& load, const Processors& processors) {
  return {"Sluice from Python", Kind::sluice,
          [=, interpreter = std::shared_ptr<Interpreter>()]() mutable {
            const auto started = startedOnce(interpreter, processors);
            const double time = stream(load, [&](const std::string& name) {
              return started->nanoseconds("receive", load, name);
            });
            return Run{{figureOf(time, PythonFigure::throughput, load)}};
          }};
}

Contender betweenInterpreters(const char* name, Kind kind, const char* what, const PythonLoad& load,
                              const Processors& processors) {
  return {name, kind, [=, interpreter = std::shared_ptr<Interpreter>()]() mutable {
            const double time = startedOnce(interpreter, processors)->nanoseconds(what, load);
            return Run{{figureOf(time, PythonFigure::throughput, load)}};
          }};
}

}  // namespace sluice::bench
