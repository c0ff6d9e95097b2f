// A port of the roles: what the suite is run over.
#pragma once

#include <string>

namespace sluice::conformance {

/// A writer and a reader: one more language, or one more kind of record, is one more struct with
/// the functions of those two, and a line in a list of ports.
template <class Writer, class Reader>
struct Port : Writer, Reader {};

struct PortName {
  template <class P>
  static std::string GetName(int) {
    return P::name;
  }
};

}  // namespace sluice::conformance
