// The roles for messages of any length.
//
//   auto ring = sluice::MessageProducer::create("log", {.payloadBytes = 64 << 20}).value();
//   ring.send("a line");
//   auto m = ring.claim(1000);  // at most so many bytes, in place
//   m.finish(write(m.bytes()), sluice::Kind{7});
//   ring.publish();
//
//   auto in = sluice::MessageConsumer::attach("log", {.name = "disk"}).value();
//   while (auto batch = in.wait()) {
//     for (const sluice::Message& message : batch) use(message.kind, message.bytes);
//     in.commit();
//   }
#pragma once

#include "sluice/message_batch.hpp"
#include "sluice/message_claim.hpp"
#include "sluice/message_consumer.hpp"
#include "sluice/message_kind.hpp"
#include "sluice/message_observer.hpp"
#include "sluice/message_options.hpp"
#include "sluice/message_producer.hpp"
