#include "liveness/lifeline.hpp"

#include <utility>

#include "liveness/keeper.hpp"

namespace sluice::detail {

Lifeline::Lifeline(std::atomic<std::uint32_t>& word)
    : word_(&word), process_(ProcessStamp::current()) {
  Keeper& keeper = Keeper::ofThisProcess();
  keeper.run([&] { keeper.robustList().add(word); });
}

Lifeline::Lifeline(std::atomic<std::uint32_t>& word, RobustList& list) noexcept
    : word_(&word), process_(ProcessStamp::current()) {
  list.add(word);
}

Lifeline::Lifeline(Lifeline&& other) noexcept
    : word_(std::exchange(other.word_, nullptr)), process_(other.process_) {}

Lifeline& Lifeline::operator=(Lifeline&& other) noexcept {
  std::swap(word_, other.word_);
  std::swap(process_, other.process_);
  return *this;
}

Lifeline::~Lifeline() {
  if (word_ == nullptr || !process_.isCurrent()) return;
  Keeper& keeper = Keeper::ofThisProcess();
  keeper.run([&] { keeper.robustList().remove(*word_); });
}

}  // namespace sluice::detail
