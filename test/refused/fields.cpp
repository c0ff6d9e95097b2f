// A record with members of every kind; one of them is described.
#include <array>

#include "sluice/record.hpp"

struct Record {
  int number;
  int numbers[3];
  std::array<double, 2> prices;
  struct {
    int number;
    int* pointer;
  } part, parts[2];
  int* pointer;
  const char* text;
  int* pointers[2];
  std::array<int*, 2> arrayOfPointers;
  int Record::*memberPointer;
  void (*function)();
  const int constant = 1;
  const int constants[2] = {1, 2};
  volatile int changing;
};

struct WithReference {
  int& reference;
};

#if defined(MEMBER)
constexpr auto field = SLUICE_FIELD(Record, MEMBER);
#else
// What is refused is the reference, not that the layout is of another kind.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
constexpr auto field = SLUICE_FIELD(WithReference, REFERENCE);
#endif

static_assert(field.count != 0);
