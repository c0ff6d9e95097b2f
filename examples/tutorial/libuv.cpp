// A ring in the event loop of libuv. usage: libuv SEGMENT
#include <uv.h>

#include <cstddef>
#include <cstdio>
#include <thread>

#include "sluice/sluice.hpp"

/// What the callback needs.
struct Input {
  sluice::Consumer<int> in;
  std::size_t received;
};

void onReadable(uv_poll_t* poll, int, int) {
  Input& input = *static_cast<Input*>(poll->data);
  if (auto batch = input.in.tryWait()) {
    input.received += batch.size();
    input.in.commit();
  } else if (input.in.status() == sluice::Status::timedOut) {
    input.in.arm();
  } else {
    uv_close(reinterpret_cast<uv_handle_t*>(poll), nullptr);
  }
}

int main(int, char** words) {
  const char* const name = words[1];
  auto ring = sluice::Producer<int>::create(name, {.capacity = 4}).value();
  Input input{sluice::Consumer<int>::attach(name).value(), 0};
  std::jthread producer([&ring] {
    for (int record = 0; record < 1000; ++record)
      ring.send(record);
    ring.close();
  });

  uv_loop_t loop;
  uv_loop_init(&loop);
  uv_poll_t poll;
  uv_poll_init(&loop, &poll, input.in.readyDescriptor().value());
  poll.data = &input;
  uv_poll_start(&poll, UV_READABLE, onReadable);
  input.in.arm();
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);

  std::printf("%zu records, %s\n", input.received, nameOf(input.in.status()));
  return sluice::removeSegment(name, {.evenIfInUse = true}) ? 0 : 1;
}
