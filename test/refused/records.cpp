// Records of several kinds; one of them is sent.
#include <cstdint>
#include <string>

#include "sluice/sluice.hpp"

struct Plain {
  std::uint64_t number;
};
struct WithoutDefault {
  explicit WithoutDefault(int n) : number(n) {}
  int number;
};
struct WithConst {
  std::uint64_t number;
  const int constant;
};
struct WithReference {
  int& reference;
};
struct WithString {
  std::string text;
};
using Pointer = Plain*;
using Constant = const Plain;
using Volatile = volatile Plain;

bool canBeRead(const char* name);
bool canBeRead(const char* name) {
  return sluice::Consumer<RECORD>::attach(name) && sluice::Producer<RECORD>::open(name) &&
         sluice::Observer<RECORD>::attach(name);
}
