// Two rings, room in a third one and a stop, in one thread. usage: wait_set SEGMENT
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <string>
#include <thread>

#include "sluice/sluice.hpp"

sluice::StopWord stop;

int main(int, char** words) {
  const std::string name = words[1];
  auto left = sluice::Producer<int>::create(name + "-left", {.capacity = 4}).value();
  auto right = sluice::Producer<int>::create(name + "-right", {.capacity = 4}).value();
  auto answers = sluice::Producer<int>::create(name, {.capacity = 4}).value();
  std::array inputs{sluice::Consumer<int>::attach(name + "-left").value(),
                    sluice::Consumer<int>::attach(name + "-right").value()};
  auto reader = sluice::Consumer<int>::attach(name).value();
  std::size_t answered = 0;
  std::jthread others([&] {
    for (int record = 0; record < 100; ++record) {
      left.send(record);
      right.send(record);
    }
    left.close();
    right.close();
    while (auto batch = reader.wait()) {
      answered += batch.size();
      reader.commit();
    }
  });

  std::signal(SIGINT, [](int) { stop.requestStop(); });

  sluice::WaitSet set;
  set.add(inputs[0]);
  set.add(inputs[1]);
  set.add(stop);

  std::size_t owed = 0;
  std::size_t room = 0;
  while (!stop.isStopRequested()) {
    for (const sluice::ReadyMember& ready : set.wait()) {
      if (ready.status != sluice::Status::ok) {
        std::printf("a member is %s\n", nameOf(ready.status));
        set.remove(ready.member);
      } else if (owed > 0 && ready.member == room) {
        *answers.tryClaim() = 1;
        answers.publish();
        if (--owed == 0) set.remove(room);
      } else if (auto batch = inputs[ready.member].tryWait()) {
        if (owed == 0) room = set.add(answers);
        owed += batch.size();
        inputs[ready.member].commit();
      }
    }
    if (set.size() == 1) std::raise(SIGINT);
  }
  answers.close();

  others.join();
  std::printf("%zu answers\n", answered);

  for (const std::string& segment : {name, name + "-left", name + "-right"})
    if (!sluice::removeSegment(segment, {.evenIfInUse = true})) return 1;
  return 0;
}
