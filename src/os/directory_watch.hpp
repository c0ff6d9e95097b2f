// What happens to the names of a directory.
#pragma once

#include <string>
#include <vector>

#include "os/file_id.hpp"
#include "sluice/detail/time_point.hpp"

namespace sluice::detail {

/// Names that came, went, or whose rights changed; the same one perhaps several times.
struct DirectoryNews {
  std::vector<std::string> names{};
  bool isWhole = true;  ///< false: news may be missing, so the directory is to be listed
};

/// Tells what happens in a directory from the constructor on. The kernel may refuse the watch (a
/// user has few), and other code of the process may close its descriptor: then waiting is sleeping
/// in slices, and no news are whole. Used by one thread, except for interrupt().
class DirectoryWatch {
 public:
  explicit DirectoryWatch(const std::string& directory);
  ~DirectoryWatch();
  DirectoryWatch(const DirectoryWatch&) = delete;
  DirectoryWatch& operator=(const DirectoryWatch&) = delete;

  /// Sleeps until there are news, an interrupt or the time.
  DirectoryNews wait(TimePoint until);

  /// Ends this wait or the next one. Any thread.
  void interrupt() const noexcept;

 private:
  /// A descriptor that other code may close, and whose number may then be another file's.
  struct Descriptor {
    int number = -1;
    FileId file{};

    static Descriptor of(int number) noexcept;
    bool isOpen() const noexcept;
    void close() const noexcept;
  };

  void read(DirectoryNews& news);

  Descriptor events_;
  Descriptor interrupts_;
  bool isWatching_ = false;
};

}  // namespace sluice::detail
