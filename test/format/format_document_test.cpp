// docs/segment-format.md says what the structs are.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "format/segment_view.hpp"
#include "sluice/detail/message_slot.hpp"
#include "sluice/detail/slot.hpp"

namespace sluice::detail {
namespace {

struct Row {
  std::string offset;
  std::string size;
  std::string field;

  friend bool operator==(const Row&, const Row&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Row& row) {
    return out << row.offset << " | " << row.size << " | " << row.field;
  }
};

struct Table {
  std::string size;
  std::vector<Row> rows;
};

std::string trimmed(const std::string& text) {
  const auto start = text.find_first_not_of(' ');
  if (start == std::string::npos) return {};
  return text.substr(start, text.find_last_not_of(' ') - start + 1);
}

std::vector<std::string> cellsOf(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line.substr(1));
  for (std::string cell; std::getline(in, cell, '|');)
    cells.push_back(trimmed(cell));
  return cells;
}

/// The tables under "### Name (N bytes)" whose heading is "offset | size | field | ...".
std::map<std::string, Table> tablesOfTheDocument() {
  std::ifstream in(SLUICE_SOURCE_DIR "/docs/segment-format.md");
  std::map<std::string, Table> tables;
  std::string current;
  bool inTable = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("#")) current.clear();
    if (line.starts_with("### ")) {
      const auto open = line.find(" (");
      current = line.substr(4, open - 4);
      tables[current].size = line.substr(open + 2, line.find_first_of(" )", open + 2) - open - 2);
    }
    if (!line.starts_with("|")) {
      inTable = false;
    } else if (line.starts_with("| offset | size | field |")) {
      inTable = true;
    } else if (inTable && !line.starts_with("|---") && !current.empty()) {
      const auto cells = cellsOf(line);
      if (cells.size() == 5) tables[current].rows.push_back({cells[0], cells[1], cells[2]});
    }
  }
  return tables;
}

#define STRUCT(name, ...)             \
  {                                   \
#name, {                          \
      std::to_string(sizeof(name)), { \
        __VA_ARGS__                   \
      }                               \
    }                                 \
  }
#define FIELD(name, field)                                                             \
  Row {                                                                                \
    std::to_string(offsetof(name, field)), std::to_string(sizeof(name::field)), #field \
  }

std::map<std::string, Table> tablesOfTheCode() {
  return {
      STRUCT(Header, FIELD(Header, magic), FIELD(Header, writerFormat), FIELD(Header, readerFormat),
             FIELD(Header, byteOrder), FIELD(Header, headerSize), FIELD(Header, segmentSize),
             FIELD(Header, sections), FIELD(Header, capacity), FIELD(Header, recordSize),
             FIELD(Header, recordAlignment), FIELD(Header, stride), FIELD(Header, slotLayout),
             FIELD(Header, lineSpacing), FIELD(Header, wakeProtocol), FIELD(Header, consumerRows),
             FIELD(Header, withoutConsumers), FIELD(Header, sequenceBits),
             FIELD(Header, fieldCount), FIELD(Header, bootId), FIELD(Header, creator),
             FIELD(Header, fingerprint), FIELD(Header, recordName), FIELD(Header, id),
             FIELD(Header, firstSequence), FIELD(Header, payloadSize), FIELD(Header, reserved)),
      STRUCT(Section, FIELD(Section, offset), FIELD(Section, size)),
      STRUCT(Creator, FIELD(Creator, pid), FIELD(Creator, startTime), FIELD(Creator, pidNamespace),
             FIELD(Creator, createdRealtime), FIELD(Creator, createdMonotonic)),
      STRUCT(FieldEntry, FIELD(FieldEntry, name), FIELD(FieldEntry, offset),
             FIELD(FieldEntry, size), FIELD(FieldEntry, count), FIELD(FieldEntry, kind)),
      STRUCT(Cursor, FIELD(Cursor, sequence), FIELD(Cursor, reserved)),
      STRUCT(SharedIdentity, FIELD(SharedIdentity, pid), FIELD(SharedIdentity, startTime),
             FIELD(SharedIdentity, pidNamespace)),
      STRUCT(ProducerPage, FIELD(ProducerPage, cursor), FIELD(ProducerPage, claimed),
             FIELD(ProducerPage, limit), FIELD(ProducerPage, term), FIELD(ProducerPage, state),
             FIELD(ProducerPage, reserved0), FIELD(ProducerPage, identity),
             FIELD(ProducerPage, fullWaits), FIELD(ProducerPage, sleeps),
             FIELD(ProducerPage, wakes), FIELD(ProducerPage, payloadLimit),
             FIELD(ProducerPage, payloadWaits), FIELD(ProducerPage, attachedAt),
             FIELD(ProducerPage, waitedAt), FIELD(ProducerPage, endedAt),
             FIELD(ProducerPage, reserved)),
      STRUCT(Membership, FIELD(Membership, count), FIELD(Membership, reserved)),
      STRUCT(DoorbellLine, FIELD(DoorbellLine, doorbell), FIELD(DoorbellLine, reserved)),
      STRUCT(LifelineWord, FIELD(LifelineWord, word), FIELD(LifelineWord, reserved)),
      STRUCT(ConsumerPage, FIELD(ConsumerPage, cursor), FIELD(ConsumerPage, row),
             FIELD(ConsumerPage, asleepFor), FIELD(ConsumerPage, joinedAt),
             FIELD(ConsumerPage, onDeath), FIELD(ConsumerPage, reserved0),
             FIELD(ConsumerPage, evictAfter), FIELD(ConsumerPage, identity),
             FIELD(ConsumerPage, name), FIELD(ConsumerPage, upstream), FIELD(ConsumerPage, sleeps),
             FIELD(ConsumerPage, wakes), FIELD(ConsumerPage, owedFrom),
             FIELD(ConsumerPage, attachedAt), FIELD(ConsumerPage, sleptAt),
             FIELD(ConsumerPage, evictedAt), FIELD(ConsumerPage, reserved)),
      {"StampedSlot", {"size:", {Row{"0", "8", "stamp"}, Row{"max(8, A)", "R", "record"}}}},
      {"MessageSlot",
       {"size:",
        {FIELD(MessageHead, stamp), FIELD(MessageHead, position), FIELD(MessageHead, content),
         Row{std::to_string(messageOffset), "I", "bytes"}}}},
  };
}

/// Every byte belongs to a field: nothing is padding and nothing overlaps.
void expectNoGaps(const std::string& name, const Table& table) {
  std::uint64_t end = 0;
  for (const Row& row : table.rows) {
    EXPECT_EQ(row.offset, std::to_string(end)) << name << "." << row.field;
    end = std::stoull(row.offset) + std::stoull(row.size);
  }
  EXPECT_EQ(table.size, std::to_string(end)) << name;
}

TEST(FormatDocument, DescribesEveryFieldOfEveryStructAndNoOther) {
  const auto document = tablesOfTheDocument();
  const auto code = tablesOfTheCode();
  for (const auto& [name, table] : document)
    EXPECT_TRUE(code.contains(name)) << name << " is in the document, not in the code";
  for (const auto& [name, table] : code) {
    ASSERT_TRUE(document.contains(name)) << name << " is not in the document";
    EXPECT_EQ(document.at(name).size, table.size) << name;
    EXPECT_EQ(document.at(name).rows, table.rows) << name;
  }
}

TEST(FormatDocument, ItsStructsHaveNoPadding) {
  for (const auto& [name, table] : tablesOfTheDocument())
    if (table.size != "size:") expectNoGaps(name, table);
}

template <std::size_t size, std::size_t alignment>
struct alignas(alignment) Record {
  std::array<std::byte, size> bytes;
};

/// A slot as a compiler lays it out.
template <class T>
struct StampedSlot {
  std::atomic<std::uint64_t> stamp;
  T record;
};

template <class T>
void expectSlotAsDocumented() {
  const std::uint64_t unit = std::max<std::uint64_t>(8, alignof(T));
  EXPECT_EQ(offsetof(StampedSlot<T>, record), unit);
  EXPECT_EQ(sizeof(StampedSlot<T>), unit + (sizeof(T) + unit - 1) / unit * unit);
  EXPECT_EQ(recordOffset(SlotLayout::stamped, alignof(T)), offsetof(StampedSlot<T>, record));
  EXPECT_EQ(strideOf(SlotLayout::stamped, sizeof(T), alignof(T)), sizeof(StampedSlot<T>));
  EXPECT_EQ(strideOf(SlotLayout::packed, sizeof(T), alignof(T)), sizeof(T));
  const std::uint64_t line = std::max<std::uint64_t>(64, alignof(T));
  EXPECT_EQ(strideOf(SlotLayout::stampedLines, sizeof(T), alignof(T)),
            (unit + sizeof(T) + line - 1) / line * line);
  EXPECT_EQ(recordOffset(SlotLayout::stampedLines, alignof(T)), unit);
  EXPECT_EQ(recordOffset(SlotLayout::packed, alignof(T)), 0u);
}

TEST(FormatDocument, SlotsLieAsItSaysForEverySizeAndAlignment) {
  expectSlotAsDocumented<Record<1, 1>>();
  expectSlotAsDocumented<Record<3, 1>>();
  expectSlotAsDocumented<Record<6, 2>>();
  expectSlotAsDocumented<Record<12, 4>>();
  expectSlotAsDocumented<Record<8, 8>>();
  expectSlotAsDocumented<Record<56, 8>>();
  expectSlotAsDocumented<Record<48, 16>>();
  expectSlotAsDocumented<Record<64, 64>>();
  expectSlotAsDocumented<Record<4096, 4096>>();
}

TEST(FormatDocument, DoorbellAndRowWordsHaveTheBitsItSays) {
  const DoorbellValue doorbell{(std::uint64_t{5} << 33) | (std::uint64_t{1} << 32) | 7U};
  EXPECT_EQ(doorbell.epoch(), 7U);
  EXPECT_TRUE(doorbell.armed());
  EXPECT_EQ(doorbell.awaited(), 5U);
  const RowWord row{(std::uint64_t{9} << 32) | (std::uint64_t{5} << 2) | 2U};
  EXPECT_EQ(row.generation(), 9U);
  EXPECT_EQ(row.committedUpTo(7), 5U);
  EXPECT_EQ(row.state(), RowState::evicted);
  const ContentWord content{(std::uint64_t{9} << 32) | (std::uint64_t{1} << 31) | 5U};
  EXPECT_EQ(content.kind(), 9U);
  EXPECT_TRUE(content.inRegion());
  EXPECT_EQ(content.size(), 5U);
  const LifelineValue lifeline{0xc000'0007U};
  EXPECT_EQ(lifeline.thread(), 7U);
  EXPECT_TRUE(lifeline.ownerDied());
  EXPECT_TRUE(lifeline.hasWaiters());
}

TEST(FormatDocument, LeasesLieWhereItSays) {
  EXPECT_EQ(leaseByte(producerParticipant), std::uint64_t{1} << 61);
  EXPECT_EQ(leaseByte(consumerParticipant(3)), (std::uint64_t{1} << 61) + 4);
  EXPECT_EQ(nameByte, (std::uint64_t{1} << 61) + 4096);
  // FNV-1a of "a" is af63dc4c8601ec8c.
  EXPECT_EQ(consumerNameByte("a"), (std::uint64_t{1} << 62) + 0xaf63dc4c8601ec8cU / 8);
}

}  // namespace
}  // namespace sluice::detail
