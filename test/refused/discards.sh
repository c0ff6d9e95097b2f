#!/bin/sh
# An answer that may be an error, or nothing, is not dropped without a word.
. "$(dirname "$0")/setting.sh"

for call in 'r.ring.publish()' 'r.in.commit()' 'r.ring.send(tick)' 'r.ring.close()' 'r.in.rewind()' \
  '(void)r.in.wait()' 'static_cast<void>(r.ring.send(tick, 1ms))'; do
  takes "CALL=$call"
done

for call in 'r.ring.tryClaim()' 'r.ring.claimUpTo(3)' 'r.ring.claimOne(1ms)' \
  'r.ring.send(tick, 1ms)' 'r.ring.send(std::span(&tick, 1), 1ms)' \
  'r.ring.waitForConsumers({"a"})' 'Ring::create("a", {.capacity = 8})' 'Ring::open("a")' \
  'Ring::createOrOpen("a", {.capacity = 8})' \
  'In::attach("a")' 'r.in.wait()' 'r.in.wait(1ms)' 'r.in.tryWait()' \
  'Look::attach("a")' 'r.look.wait()' 'r.look.tryWait()' 'r.look.read(tick)' \
  'r.untypedRing.tryClaim()' 'r.untypedRing.claimUpTo(3)' 'r.untypedRing.claimOne(1ms)' \
  'r.untypedRing.send(bytes, 8, 1, 1ms)' 'r.untypedRing.waitForConsumers({"a"})' \
  'sluice::UntypedProducer::open("a")' 'sluice::UntypedConsumer::attach("a")' \
  'r.untypedIn.wait()' 'r.untypedIn.tryWait()' \
  'sluice::UntypedObserver::attach("a")' 'r.untypedLook.read(bytes)' \
  'sluice::removeSegment("a")' 'sluice::removeConsumer("a", "b")' 'sluice::listSegments()'; do
  refuses "CALL=$call" 'unused-result'
done
