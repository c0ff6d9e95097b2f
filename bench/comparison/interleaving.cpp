#include "comparison/interleaving.hpp"

#include <exception>

#include "comparison/placement.hpp"

namespace sluice::bench {

void runInterleaved(Comparison& comparison, unsigned wanted,
                    const std::function<void(const Contender&)>& beforeEach) {
  for (unsigned repetition = 0; repetition < mostTimesWanted * wanted; ++repetition) {
    for (Contender& contender : comparison.contenders) {
      if (!contender.failure.empty()) continue;
      beforeEach(contender);
      try {
        contender.runs.push_back(contender.run());
      } catch (const std::exception& exception) {
        contender.failure = exception.what();
      }
    }
    if (choosePlacement(comparison.contenders).fewest >= wanted) break;
  }
  for (Contender& contender : comparison.contenders)
    contender.run = nullptr;
}

}  // namespace sluice::bench
