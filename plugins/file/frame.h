// Compression in frames that stand alone: a gzip member or a zstd frame each. A file cut between two frames is whole.
#pragma once
#include <string>
#include <string_view>

namespace copydesk::file {

enum class Form { none, gzip, zstd };

std::string_view name_of(Form form);  // "none", "gzip", "zstd"
bool parse_form(std::string_view name, Form& form);
// By the extension: .gz, .zst, else none.
Form form_of(std::string_view path);
// True when `head` (the first bytes of a file) begins a frame of this form.
bool begins_frame(Form form, std::string_view head);

// The frame of no lines: it lies in a segment until its first article comes, because gzip and zstd call a file of 0 bytes cut off.
// No frame with lines is as short; that of gzip is the longer one. Empty for `none`.
std::string_view empty_frame(Form form);

// Turns lines into one frame. Keeps its working memory; one thread at a time. Throws std::bad_alloc only.
class Framer {
 public:
  explicit Framer(Form form);
  ~Framer();
  Framer(const Framer&) = delete;
  Framer& operator=(const Framer&) = delete;
  // The bytes for the file; valid until the next call or as long as `lines`.
  std::string_view frame(std::string_view lines);

 private:
  std::string_view gzip(std::string_view lines);
  std::string_view zstd(std::string_view lines);
  Form form_;
  void* context_ = nullptr;  // z_stream or ZSTD_CCtx
  std::string out_;
};

}  // namespace copydesk::file
