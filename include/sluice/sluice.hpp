// Sluice: records from one process to others, through a ring in shared memory.
//
// A Producer creates a named segment and publishes records into its ring. Consumers attach by name;
// each is given every record published after it joined, in place and in order, and the producer
// never overwrites what one of them has not committed. An Observer only looks: it gates nobody and
// may be lapped. Everybody sleeps while there is nothing to do, and is woken by a futex in the
// segment itself: there is no daemon and no socket.
//
//   struct Tick { std::uint64_t time; double price; };
//
//   auto ring = sluice::Producer<Tick>::create("ticks", {.capacity = 65536}).value();
//   ring.send({now, 17.5});
//
//   auto in = sluice::Consumer<Tick>::attach("ticks", {.name = "risk"}).value();
//   while (auto batch = in.wait()) {
//     for (const Tick& tick : batch) use(tick);
//     in.commit();
//   }
//
// Underneath, for one process: SequenceBarrier, BarrierGroup and SingleProducerSequencer.
#pragma once

#include "sluice/barrier_group.hpp"
#include "sluice/consumer.hpp"
#include "sluice/observer.hpp"
#include "sluice/producer.hpp"
#include "sluice/segment.hpp"
#include "sluice/sequence_barrier.hpp"
#include "sluice/single_producer_sequencer.hpp"
#include "sluice/stop_word.hpp"
#include "sluice/untyped.hpp"
#include "sluice/wait_set.hpp"
