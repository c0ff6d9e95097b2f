// What lies behind the names of a line, each of which it has to have once.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

namespace shm_pub {

/// Places are numbered from 0, in the order in which they are added. What is wrong is thrown as
/// std::invalid_argument.
class NamedPlaces {
 public:
  /// Throws for a name that is there already.
  void add(const std::string& name);

  /// Begins with the next line.
  void begin();

  /// The place of this name. Throws where the name is unknown, and where this line has had it.
  std::size_t find(const std::string& name);

  /// Throws when this line has not had all.
  void requireAll() const;

 private:
  std::vector<std::string> names_;
  std::vector<bool> seen_;
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace shm_pub
