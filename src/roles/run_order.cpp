#include "roles/run_order.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>

#include "format/holding_up.hpp"
#include "os/printable.hpp"
#include "sluice/sequence.hpp"

namespace sluice::detail {
namespace {

/// The rows of a mapped segment, whatever another process writes there.
class MappedRows {
 public:
  explicit MappedRows(const SegmentView& view) noexcept : view_(view) {}

  UpstreamValue upstream(std::uint32_t row, std::uint32_t index) const noexcept {
    return {view_.consumer(row).upstream[index].load(
        std::memory_order_relaxed)};  // [J7] pairs with [J6], by J2
  }

  bool gates(const UpstreamValue& value) const noexcept {
    if (value.row() >= view_.geometry().consumerRows) return false;
    const RowWord word{view_.consumer(value.row())
                           .row.load(std::memory_order_acquire)};  // [C1] pairs with [J1] [L1]
    return word.gates() && word.generation() == value.generation();
  }

  /// As a consumer that runs after the row sees it.
  Sequence committed(std::uint32_t row) const noexcept {
    const ConsumerPage& page = view_.consumer(row);
    const RowWord word{page.row.load(std::memory_order_acquire)};  // [C1] pairs with [L1]
    const Sequence cursor =
        page.cursor.sequence.load(std::memory_order_acquire);  // [C1] pairs with [P1]
    const bool mayBeEvicted = page.evictAfter.load(std::memory_order_relaxed) != 0;
    return mayBeEvicted ? word.committedUpTo(cursor) : cursor;
  }

 private:
  const SegmentView& view_;
};

/// The rows that a search has come to, and from which.
struct Search {
  static constexpr std::uint32_t nowhere = maxConsumerRows;

  void reach(std::uint32_t row, std::uint32_t from) {
    if (cameFrom[row]) return;
    cameFrom[row] = from;
    rows.push_back(row);
  }

  std::vector<std::uint32_t> rows;
  std::array<std::optional<std::uint32_t>, maxConsumerRows> cameFrom{};
};

std::string inWords(const SegmentView& view, const Search& search, std::string_view own,
                    std::uint32_t last) {
  std::vector<std::uint32_t> way;
  for (std::uint32_t row = last; row != Search::nowhere; row = *search.cameFrom[row])
    way.push_back(row);
  std::string words = "'" + printable(own) + "' runs after ";
  for (std::size_t i = way.size(); i > 0; --i)
    words += "'" + printable(nameIn(view.consumer(way[i - 1]))) + "', which runs after ";
  return words + "'" + printable(own) + "'";
}

}  // namespace

std::uint32_t holdingUp(const SegmentView& view, std::uint32_t row) noexcept {
  return holdingUp(MappedRows(view), row);
}

std::string cycleThrough(const SegmentView& view, const RowKey& own, std::string_view name,
                         const std::vector<RowKey>& upstream) {
  const MappedRows rows(view);
  Search search;
  for (const RowKey& key : upstream)
    search.reach(key.row, Search::nowhere);
  for (std::size_t at = 0; at < search.rows.size(); ++at) {
    const std::uint32_t row = search.rows[at];
    for (std::uint32_t i = 0; i < maxConsumerRows; ++i) {
      const UpstreamValue value = rows.upstream(row, i);
      if (value.isNone()) break;
      if (value.row() == own.row && value.generation() == own.generation)
        return inWords(view, search, name, row);
      if (rows.gates(value)) search.reach(value.row(), row);
    }
  }
  return "";
}

}  // namespace sluice::detail
