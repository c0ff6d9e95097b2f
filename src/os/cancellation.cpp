#include "os/cancellation.hpp"

#include <pthread.h>

namespace sluice::detail {

CancellationDisabled::CancellationDisabled() noexcept {
  ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_);
}

CancellationDisabled::~CancellationDisabled() {
  ::pthread_setcancelstate(before_, nullptr);
}

}  // namespace sluice::detail
