// The ports that run the suite over sluice.h: C alone, and C with C++ at the other end.
#pragma once

#include <gtest/gtest.h>

#include "c_message_roles.hpp"
#include "c_roles.hpp"
#include "conformance/port.hpp"
#include "conformance/writers.hpp"

namespace sluice::conformance {

struct CStamped : Port<WriterOfC<SlotLayout::stamped>, ReaderOfC> {
  static constexpr const char* name = "CStamped";
};
struct CPacked : Port<WriterOfC<SlotLayout::packed>, ReaderOfC> {
  static constexpr const char* name = "CPacked";
};
struct CStampedLines : Port<WriterOfC<SlotLayout::stampedLines>, ReaderOfC> {
  static constexpr const char* name = "CStampedLines";
};
struct CToTyped : Port<WriterOfC<SlotLayout::stamped>, TypedReader<stamped>> {
  static constexpr const char* name = "CToTyped";
};
struct TypedToC : Port<TypedWriter<stamped>, ReaderOfC> {
  static constexpr const char* name = "TypedToC";
};
struct CWithFences
    : Port<Choosing<WriterOfC<SlotLayout::stamped>, WakeProtocol::fence>, ReaderOfC> {
  static constexpr const char* name = "CWithFences";
};
struct CMessagesInSlots : Port<MessageWriterOfC<sizeof(Tick)>, MessageReaderOfC> {
  static constexpr const char* name = "CMessagesInSlots";
};
struct CMessagesInTheRegion : Port<MessageWriterOfC<100>, MessageReaderOfC> {
  static constexpr const char* name = "CMessagesInTheRegion";
};
struct CMessagesToCpp : Port<MessageWriterOfC<100>, MessageReader> {
  static constexpr const char* name = "CMessagesToCpp";
};

using Ports = ::testing::Types<CStamped, CPacked, CStampedLines, CToTyped, TypedToC, CWithFences>;
using PortsAndMessages = ::testing::Types<CStamped, CPacked, CToTyped, TypedToC, CMessagesInSlots,
                                          CMessagesInTheRegion, CMessagesToCpp>;

}  // namespace sluice::conformance
