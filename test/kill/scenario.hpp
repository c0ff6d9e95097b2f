// An operation that a victim is killed in, with everything around it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "survivors.hpp"

namespace sluice::kill {

/// One trial of an operation. The survivors and the victim are two processes, forked with a copy
/// each; a scenario calls survivors() only in the functions of the survivors' process.
class Scenario {
 public:
  explicit Scenario(Place place) : survivors_(std::move(place)) {}
  virtual ~Scenario() = default;
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;

  // In the survivors' process:

  /// Before the victim does anything.
  virtual void prepare() = 0;
  /// When the victim stands before the operation.
  virtual void settle() {}
  /// When the victim sleeps within the operation: what makes it go on.
  virtual void wakeVictim() {}
  /// When the victim is dead; `finished`: at the operation's end.
  virtual void check(bool finished) = 0;

  // In the victim's process:

  virtual void prepareVictim() {}
  virtual void operation() = 0;

  Survivors& survivors() noexcept { return survivors_; }
  const Place& place() const noexcept { return survivors_.place(); }

 private:
  Survivors survivors_;
};

struct Operation {
  std::string name;
  std::function<std::unique_ptr<Scenario>(Place)> begin;
  std::optional<WakeProtocol> protocol{};  ///< of the segments that are created
};

std::vector<Operation> producerOperations();
std::vector<Operation> consumerOperations();
std::vector<Operation> attachOperations();
std::vector<Operation> deathOperations();
std::vector<Operation> messageOperations();
std::vector<Operation> mergeOperations();

}  // namespace sluice::kill
