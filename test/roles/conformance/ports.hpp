// The ports of C++ that run the suite.
#pragma once

#include <gtest/gtest.h>

#include "conformance/message_port.hpp"
#include "conformance/port.hpp"
#include "conformance/readers.hpp"
#include "conformance/writers.hpp"

namespace sluice::conformance {

struct TypedStamped : Port<TypedWriter<stamped>, TypedReader<stamped>> {
  static constexpr const char* name = "TypedStamped";
};
struct TypedPacked : Port<TypedWriter<packed>, TypedReader<packed>> {
  static constexpr const char* name = "TypedPacked";
};
struct TypedStampedLines : Port<TypedWriter<stampedLines>, TypedReader<stampedLines>> {
  static constexpr const char* name = "TypedStampedLines";
};
struct UntypedStamped : Port<UntypedWriter<SlotLayout::stamped>, UntypedReader> {
  static constexpr const char* name = "UntypedStamped";
};
struct UntypedPacked : Port<UntypedWriter<SlotLayout::packed>, UntypedReader> {
  static constexpr const char* name = "UntypedPacked";
};
struct TypedToUntypedStamped : Port<TypedWriter<stamped>, UntypedReader> {
  static constexpr const char* name = "TypedToUntypedStamped";
};
struct TypedToUntypedStampedLines : Port<TypedWriter<stampedLines>, UntypedReader> {
  static constexpr const char* name = "TypedToUntypedStampedLines";
};
struct TypedToUntypedPacked : Port<TypedWriter<packed>, UntypedReader> {
  static constexpr const char* name = "TypedToUntypedPacked";
};
struct UntypedToTypedStamped : Port<UntypedWriter<SlotLayout::stamped>, TypedReader<stamped>> {
  static constexpr const char* name = "UntypedToTypedStamped";
};
struct UntypedToTypedPacked : Port<UntypedWriter<SlotLayout::packed>, TypedReader<packed>> {
  static constexpr const char* name = "UntypedToTypedPacked";
};

template <class L, WakeProtocol protocol>
using TypedChoosing = Port<Choosing<TypedWriter<L>, protocol>, TypedReader<L>>;

struct StampedWithFences : TypedChoosing<stamped, WakeProtocol::fence> {
  static constexpr const char* name = "StampedWithFences";
};
struct PackedWithFences : TypedChoosing<packed, WakeProtocol::fence> {
  static constexpr const char* name = "PackedWithFences";
};
struct StampedWithoutWakes : TypedChoosing<stamped, WakeProtocol::none> {
  static constexpr const char* name = "StampedWithoutWakes";
};
struct PackedWithoutWakes : TypedChoosing<packed, WakeProtocol::none> {
  static constexpr const char* name = "PackedWithoutWakes";
};

using Ports =
    ::testing::Types<TypedStamped, TypedPacked, TypedStampedLines, TypedToUntypedStampedLines,
                     UntypedStamped, UntypedPacked, TypedToUntypedStamped, TypedToUntypedPacked,
                     UntypedToTypedStamped, UntypedToTypedPacked, StampedWithFences,
                     PackedWithFences, StampedWithoutWakes, PackedWithoutWakes>;

/// What claims messages, where records are claimed in batches, has tests of its own.
struct MessagesInSlots : Port<MessageWriter<sizeof(Tick)>, MessageReader> {
  static constexpr const char* name = "MessagesInSlots";
};
struct MessagesInTheRegion : Port<MessageWriter<100>, MessageReader> {
  static constexpr const char* name = "MessagesInTheRegion";
};

using PortsAndMessages =
    ::testing::Types<TypedStamped, TypedPacked, TypedStampedLines, TypedToUntypedStampedLines,
                     UntypedStamped, UntypedPacked, TypedToUntypedStamped, TypedToUntypedPacked,
                     UntypedToTypedStamped, UntypedToTypedPacked, MessagesInSlots,
                     MessagesInTheRegion>;

}  // namespace sluice::conformance
