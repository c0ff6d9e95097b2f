// Segments by name: which there are, what is in them, and taking them away.
#pragma once

#include <stddef.h>

#include "sluice/c/linkage.h"
#include "sluice/c/status.h"

SLUICE_BEGIN_C

/// As sluice::RemoveOptions.
typedef struct sluice_remove_options {
  size_t struct_size;
  const char* directory;  ///< null is /dev/shm
  // Not 0:
  int even_if_in_use;   ///< participants that are attached go on undisturbed, without a name
  int even_if_held;     ///< what a held consumer's successor has not read is lost
  int even_if_foreign;  ///< a file that does not begin as a segment does is removed too
  int reserved;         ///< 0
} sluice_remove_options;

/// Removes the segment's name. Errors: not found, not a segment, in use, denied, system.
SLUICE_API int sluice_remove_segment(const char* name, const sluice_remove_options* options);

/// Gives up the row of a consumer that is dead and held for a successor, or evicted. `directory`
/// may be null. Errors: not found, in use.
SLUICE_API int sluice_remove_consumer(const char* segment, const char* consumer,
                                      const char* directory);

/// The names of the segments in a directory, sorted: an array of `count` texts and a null
/// pointer, which one sluice_free() of the array gives back. `directory` and `count` may be null.
SLUICE_API int sluice_list_segments(const char* directory, char*** names, size_t* count);

/// What shm-dump --json prints of the segment, as JSON in UTF-8: `sluice_free()` gives it back.
/// Looks at the file and takes no part. Errors: not found, denied, system.
SLUICE_API int sluice_dump_segment(const char* name, const char* directory, char** json);

SLUICE_END_C
