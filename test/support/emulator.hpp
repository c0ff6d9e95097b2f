// Whether the tests run on another machine's processor, as qemu-user makes it.
#pragma once

namespace sluice::testing {

#ifdef SLUICE_TEST_EMULATED
inline constexpr bool underEmulator = true;
#else
inline constexpr bool underEmulator = false;
#endif

}  // namespace sluice::testing
