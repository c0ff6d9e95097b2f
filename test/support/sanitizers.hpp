// Which sanitizer watches this build.
#pragma once

namespace sluice::testing {

#if defined(__has_feature)
inline constexpr bool underAddressSanitizer = __has_feature(address_sanitizer);
inline constexpr bool underThreadSanitizer = __has_feature(thread_sanitizer);
#else
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool underAddressSanitizer = true;
#else
inline constexpr bool underAddressSanitizer = false;
#endif
#if defined(__SANITIZE_THREAD__)
inline constexpr bool underThreadSanitizer = true;
#else
inline constexpr bool underThreadSanitizer = false;
#endif
#endif

inline constexpr bool sanitized = underAddressSanitizer || underThreadSanitizer;

}  // namespace sluice::testing
