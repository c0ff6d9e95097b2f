// What the three readers share: attach by name, read to the end.
#pragma once

#include <chrono>
#include <exception>
#include <iostream>
#include <string>

#include "flight.hpp"
#include "sluice/sluice.hpp"

/// Calls `use(flight, sequence)` for every flight from the oldest on, and `report()` once the
/// stream was closed. Returns the exit status of a program: 0 only if the producer closed the
/// stream.
template <class Use, class Report>
int readFlights(int argc, char** argv, const std::string& name, Use use, Report report) try {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " SEGMENT\n";
    return 2;
  }
  auto in = sluice::Consumer<Flight>::attach(argv[1], {.name = name,
                                                       .startAt = sluice::StartAt::oldest,
                                                       .appearWithin = std::chrono::seconds(60)})
                .value();
  while (auto batch = in.wait()) {
    sluice::Sequence sequence = batch.first();
    for (const Flight& flight : batch)
      use(flight, sequence++);
    in.commit();
  }
  if (in.status() != sluice::Status::closed) {
    std::cerr << name << ": the stream broke off: " << sluice::nameOf(in.status()) << '\n';
    return 1;
  }
  report();
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
