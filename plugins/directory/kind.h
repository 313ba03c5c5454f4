// What a file is, told from its name alone: its format, whether it holds one record a line, how it is compressed.
#pragma once
#include <string_view>

namespace copydesk::directory {

enum class Compression { kNone, kGzip, kZstd };

struct Kind {
  std::string_view
      format;          // "text", "html", "json"; empty: to be told from the content. Static storage
  bool lines = false;  // one record a line, followed as the file grows; else the file is one record
  Compression compression = Compression::kNone;
};

// `name` is a file name or path; upper and lower case are the same.
[[nodiscard]] Kind kind_of(std::string_view name);

}  // namespace copydesk::directory
