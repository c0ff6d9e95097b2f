// What the readers share: attach by name, read to the end.
#pragma once

#include <functional>
#include <string>

#include "flight.hpp"
#include "sluice/consumer.hpp"

using Flights = sluice::Consumer<Flight>::Records;
using UseFlights = std::function<void(const Flights& batch)>;

/// Attaches at the oldest flight, as soon as the segment is there.
sluice::Consumer<Flight> attachReader(
    const std::string& segment, const std::string& name,
    sluice::OnDeath onDeath = sluice::OnDeath::release,
    const std::string& directory = std::string(sluice::defaultDirectory));

/// Commits each batch after `use(batch)`, and prints the rate at the end. Throws std::runtime_error
/// unless the producer closed the stream.
void readToEnd(sluice::Consumer<Flight>& in, const UseFlights& use);

/// Runs a reader whose only argument is the segment; calls `report()` when everything was read, and
/// returns the exit status of the program.
int runReader(int argc, char** argv, const std::string& name, const std::string& purpose,
              const UseFlights& use, const std::function<void()>& report);
