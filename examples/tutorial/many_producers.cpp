// Three producers with a ring each, and one collector. usage: many_producers SEGMENT
#include <cstddef>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "sluice/fan_in.hpp"
#include "sluice/sluice.hpp"

struct Reading {
  int sensor;
  int value;
};

void measure(const std::string& name, int sensor) {
  auto out = sluice::Producer<Reading>::create(
                 name, {.capacity = 64, .withoutConsumers = sluice::WithoutConsumers::wait})
                 .value();
  for (int i = 0; i < 1000; ++i)
    out.send({sensor, i});
  out.close();
}

int main(int, char** words) {
  const std::string name = words[1];
  auto in = sluice::FanIn<Reading>::open(
                name + "-*",
                {.name = "collector", .onDeath = sluice::OnDeath::hold, .removeClosed = true})
                .value();

  std::vector<std::jthread> producers;
  for (int sensor : {1, 2, 3})
    producers.emplace_back(measure, name + "-" + std::to_string(sensor), sensor);

  std::size_t readings = 0;
  for (int rings = 3; rings > 0;) {
    const auto event = in.wait();
    switch (event.news()) {
      case sluice::FanInNews::records:
        readings += event.batch().size();
        in.commit();
        break;
      case sluice::FanInNews::ended:
        std::printf("a ring is %s\n", nameOf(event.status()));
        --rings;
        break;
      case sluice::FanInNews::refused:
        std::fprintf(stderr, "%s\n", event.error().message().c_str());
        break;
      case sluice::FanInNews::none:
        break;
    }
  }
  std::printf("%zu readings\n", readings);
  return 0;
}
