// When a merge of named inputs is over.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sluice/status.hpp"

namespace shm_merge {

/// Knows how each named input has ended. With a pattern among them there may always be more.
class NamedInputs {
 public:
  explicit NamedInputs(const std::vector<std::string>& inputs);

  void goesOn(const std::string& name) { set(name, State::open); }
  void ended(const std::string& name, sluice::Status status) {
    set(name, status == sluice::Status::closed ? State::closed : State::endedOtherwise);
  }
  /// The input cannot be read, and nothing tells when it could be. No effect where the input has
  /// ended, as only its name could not be removed.
  void refused(const std::string& name);

  /// None is to be waited for.
  bool areOver() const;
  /// All were closed.
  bool areClosed() const;

 private:
  enum class State { open, closed, endedOtherwise };

  void set(const std::string& name, State state);

  bool mayBeMore_ = false;
  std::map<std::string, State> states_;
};

}  // namespace shm_merge
