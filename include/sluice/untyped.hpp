// The roles without a record type: each attaches to a segment whatever its record, and reads the
// record's name, size and fields from there.
#pragma once

#include "sluice/untyped_batch.hpp"
#include "sluice/untyped_consumer.hpp"
#include "sluice/untyped_observer.hpp"
#include "sluice/untyped_producer.hpp"
