#include "sluice/wait_set.hpp"

#include <utility>
#include <vector>

#include "c/consumer.hpp"
#include "c/handle.hpp"
#include "c/message_consumer.hpp"
#include "c/message_observer.hpp"
#include "c/message_producer.hpp"
#include "c/observer.hpp"
#include "c/options.hpp"
#include "c/producer.hpp"
#include "sluice/c/wait_set.h"
#include "sluice/stop_word.hpp"

namespace c = sluice::c;

struct sluice_stop_word : c::Handle {
  sluice::StopWord word;
};

/// Knows the handle of each member, so that none is destroyed before it is removed.
struct sluice_wait_set : c::Handle {
  explicit sluice_wait_set(const sluice::WaitStrategy& strategy) : set(strategy) {}
  ~sluice_wait_set() {
    for (c::Handle* const member : members)
      if (member != nullptr) member->leaveSet();
  }
  sluice_wait_set(const sluice_wait_set&) = delete;
  sluice_wait_set& operator=(const sluice_wait_set&) = delete;

  /// Room for what a wait returns and for one member more, so that neither waits nor what follows
  /// an add allocate.
  void makeRoomForOne() {
    ready.reserve(set.size() + 1);
    members.reserve(members.size() + 1);
  }
  void hasAdded(c::Handle& member, std::size_t number) noexcept {
    if (number >= members.size()) members.resize(number + 1);
    members[number] = &member;
    member.joinSet();
  }
  void remove(std::size_t number) noexcept {
    set.remove(number);
    if (number >= members.size() || members[number] == nullptr) return;
    std::exchange(members[number], nullptr)->leaveSet();
  }

  int show(const sluice::ReadyMembers& found, sluice_ready_members* to) noexcept {
    ready.clear();
    for (const sluice::ReadyMember& one : found)
      ready.push_back({one.member, c::numberOf(one.status)});
    if (to != nullptr) *to = {ready.data(), ready.size()};
    return c::numberOf(found.status());
  }

  sluice::WaitSet set;
  std::vector<c::Handle*> members;
  std::vector<sluice_ready_member> ready;
};

namespace {

/// Adds a member by a function of the C++ set.
template <class H, class Add>
int addMember(sluice_wait_set* set, H* handle, size_t* member, Add add) {
  if (member != nullptr) *member = 0;
  if (handle == nullptr) return c::refuseNull("member");
  return c::with(set, [&](sluice_wait_set& ours) -> int {
    if (const int refused = c::check(handle); refused != SLUICE_OK) return refused;
    ours.makeRoomForOne();
    const std::size_t number = add(ours.set, *handle);
    ours.hasAdded(*handle, number);
    if (member != nullptr) *member = number;
    return SLUICE_OK;
  });
}

template <class H>
int addRole(sluice_wait_set* set, H* handle, size_t* member) {
  return addMember(set, handle, member, [](auto& to, auto& ours) { return to.add(ours.role); });
}

}  // namespace

int sluice_stop_word_create(sluice_stop_word** word) {
  if (word == nullptr) return c::refuseNull("handle");
  *word = nullptr;
  return c::guarded([&]() -> int {
    *word = std::make_unique<sluice_stop_word>().release();
    return SLUICE_OK;
  });
}

int sluice_stop_word_destroy(sluice_stop_word* word) {
  return c::destroy(word);
}

void sluice_stop_word_request(sluice_stop_word* word) {
  if (word != nullptr) word->word.requestStop();
}

bool sluice_stop_word_is_requested(const sluice_stop_word* word) {
  return c::ask(word, false, [](auto& ours) { return ours.word.isStopRequested(); });
}

int sluice_wait_set_create(const sluice_wait_strategy* strategy, sluice_wait_set** set) {
  if (set == nullptr) return c::refuseNull("handle");
  *set = nullptr;
  return c::guarded([&]() -> int {
    const auto chosen = strategy == nullptr ? sluice::WaitStrategy{} : c::waitStrategyOf(*strategy);
    *set = std::make_unique<sluice_wait_set>(chosen).release();
    return SLUICE_OK;
  });
}

int sluice_wait_set_destroy(sluice_wait_set* set) {
  return c::destroy(set);
}

int sluice_wait_set_add_producer(sluice_wait_set* set, sluice_producer* producer, size_t* member) {
  return addMember(set, producer, member, [](auto& to, auto& ours) { return to.add(ours); });
}

int sluice_wait_set_add_consumer(sluice_wait_set* set, sluice_consumer* consumer, size_t* member) {
  return addRole(set, consumer, member);
}

int sluice_wait_set_add_observer(sluice_wait_set* set, sluice_observer* observer, size_t* member) {
  return addRole(set, observer, member);
}

int sluice_wait_set_add_message_producer(sluice_wait_set* set, sluice_message_producer* producer,
                                         size_t size, size_t* member) {
  if (!c::isCount(size)) return c::refuseCount("size");
  return addMember(set, producer, member,
                   [&](auto& to, auto& ours) { return to.add(ours.role, size); });
}

int sluice_wait_set_add_message_consumer(sluice_wait_set* set, sluice_message_consumer* consumer,
                                         size_t* member) {
  return addRole(set, consumer, member);
}

int sluice_wait_set_add_message_observer(sluice_wait_set* set, sluice_message_observer* observer,
                                         size_t* member) {
  return addRole(set, observer, member);
}

int sluice_wait_set_add_stop_word(sluice_wait_set* set, sluice_stop_word* word, size_t* member) {
  return addMember(set, word, member, [](auto& to, auto& ours) { return to.add(ours.word); });
}

int sluice_wait_set_remove(sluice_wait_set* set, size_t member) {
  return c::with(set, [&](sluice_wait_set& ours) -> int {
    ours.remove(member);
    return SLUICE_OK;
  });
}

size_t sluice_wait_set_size(const sluice_wait_set* set) {
  return c::ask(set, size_t{0}, [](auto& ours) { return ours.set.size(); });
}

int sluice_wait_set_wait(sluice_wait_set* set, int64_t deadline_ns, sluice_ready_members* ready) {
  if (ready == nullptr) return c::refuseNull("ready");
  *ready = {};
  return c::waitingIn(set, deadline_ns, [&](sluice_wait_set& ours, const sluice::WaitLimit& limit) {
    return ours.show(ours.set.wait(limit), ready);
  });
}

int sluice_wait_set_ready_descriptor(sluice_wait_set* set, int* descriptor) {
  return c::readyDescriptor(
      set, descriptor, [](auto& ours) -> auto& { return ours.set; });
}

int sluice_wait_set_arm(sluice_wait_set* set, sluice_ready_members* ready) {
  if (ready != nullptr) *ready = {};
  return c::with(set, [&](sluice_wait_set& ours) { return ours.show(ours.set.arm(), ready); });
}
