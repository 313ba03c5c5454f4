#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace copydesk::io {

// Errors name the path and what the system said. Class and code: retry "no_space" (disk or quota full), config "not_found",
// "denied", "too_large", and "io" for the rest (retry when it may pass, such as too many open files).

[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t max_bytes);

// The file has the old content or the new one at any moment, a power cut included: written beside it, fsynced, renamed, the
// folder fsynced. `mode` is for a new file.
[[nodiscard]] Status write_file_atomic(const std::string& path, std::string_view content,
                                       unsigned mode = 0644);

// Into a new or emptied file of mode 0644, not synced. After an error a part of it may be there.
[[nodiscard]] Status copy_file(const std::string& from, const std::string& to);

// The folder and those above it that are missing. An existing one is fine, an existing file is not.
[[nodiscard]] Status make_folders(const std::string& path);

// What would keep make_folders from it, or from files being made in the folder then; makes none.
[[nodiscard]] Status can_make_folders(const std::string& path);

// So that names made, renamed or removed in it survive a power cut.
[[nodiscard]] Status sync_folder(const std::string& path);

// Bytes that this process may still write on the disk that holds `path` (a file or a folder that exists).
[[nodiscard]] Result<std::uint64_t> free_space(const std::string& path);

// An error for `errno` at a path: "'path': verb: what the system says".
[[nodiscard]] Error system_error(const std::string& path, std::string_view verb, int error_number);

}  // namespace copydesk::io
