// The roles without a record type, which read the record's name, size and fields from the segment.
#pragma once

#include "sluice/untyped_batch.hpp"
#include "sluice/untyped_consumer.hpp"
#include "sluice/untyped_observer.hpp"
#include "sluice/untyped_producer.hpp"
