// Renames that never overwrite. Each gives 0 or the errno.
#pragma once
#include <string>

namespace copydesk::directory {

// Fails with EEXIST when `to` exists, also where the file system knows no such rename.
[[nodiscard]] int rename_new(int from_folder, const std::string& from, int to_folder,
                             const std::string& to);
// Copies the content to a new file beside `to` called `part`, makes it durable and renames it to `to`.
// Keeps the time of modification and the permissions.
[[nodiscard]] int copy_new(int from_folder, const std::string& from, int to_folder,
                           const std::string& part, const std::string& to);
// Is the file at `to` the very copy that copy_new made of `from`: size, mtime and every byte?
[[nodiscard]] bool same_content(int from_folder, const std::string& from, int to_folder,
                                const std::string& to);
// mkdir -p. `path` is absolute.
[[nodiscard]] int make_folders(const std::string& path);
// "a.txt", 2 → "a.2.txt"; 0 → the name itself. Names stay within 255 bytes.
[[nodiscard]] std::string numbered(const std::string& name, int n);

}  // namespace copydesk::directory
