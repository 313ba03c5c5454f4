// Adapts the segment writer to the SDK: sink `file`.
#pragma once
#include <copydesk/sdk.hpp>

#include <type_traits>

#include "segment_writer.h"

namespace copydesk::file {

class File : public copydesk::BlockingSink {
 public:
  static constexpr copydesk::About kAbout{.name = "file",
                                          .summary =
                                              "Writes articles as JSON lines into a file, each "
                                              "exactly once, with rotation and compression."};
  static constexpr cd_option kOptions[] = {
      copydesk::option("path", CD_OPTION_PATH, nullptr,
                       "The running file; finished segments get a number before the extension.",
                       nullptr, nullptr, CD_REQUIRED),
      copydesk::option("rotate.size", CD_OPTION_BYTES, nullptr,
                       "Finish a segment when it has reached this size.", "bytes", "1KiB.."),
      copydesk::option("rotate.every", CD_OPTION_DURATION, nullptr,
                       "Finish a segment this long after the first article was written to it.",
                       nullptr, "1s.."),
      copydesk::option("compress", CD_OPTION_ENUM, "auto",
                       "Compression of the output; auto goes by the extension .gz or .zst.",
                       nullptr, "auto|none|gzip|zstd"),
      copydesk::option("existing", CD_OPTION_ENUM, "refuse",
                       "What to do at the very first start when the file is there and not empty.",
                       nullptr, "refuse|append|set_aside"),
      copydesk::option("max_tail", CD_OPTION_BYTES, "256MiB",
                       "Most bytes after the last commit that are taken for our own and cut on "
                       "start; with more the sink refuses.",
                       "bytes", "0B.."),
  };

  File(const copydesk::Host& host, const copydesk::Options& o)
      : host_(host),
        path_(o.string("path")),
        bytes_(host.counter("written_bytes", "bytes",
                            "Bytes written to segments, after compression.")),
        segments_(host.counter("finished_segments", "segments",
                               "Segments that got their finished name.")),
        writer_(files_, writer_options(o), [host](std::string_view text) { host.warn(text); }) {}

  void preflight(copydesk::Findings& findings) const {
    if (const std::string why = cannot_write(path_); !why.empty())
      findings.error("path", "cannot write: " + why);
  }
  void open(const copydesk::Open& o) {
    translate([&] {
      std::optional<Position> committed;
      if (o.has_position()) committed = position_from(o.position());
      writer_.open(committed, host_.now());
    });
  }
  void close(std::int64_t) { writer_.close(); }

  void write(const copydesk::Batch& batch, copydesk::Results&) {
    translate([&] {
      writer_.begin(host_.now());
      try {
        for (const copydesk::Article a : batch) add(a);
        writer_.end();
      } catch (...) {
        writer_.abort();
        throw;
      }
    });
    count();
  }
  std::string flush() {
    return translate([&] { return to_text(writer_.flush(host_.now())); });
  }
  void committed(std::uint64_t, std::string_view position) {
    translate([&] { writer_.committed(position_from(position)); });
    count();
  }

 private:
  static WriterOptions writer_options(const copydesk::Options& o) {
    WriterOptions out;
    out.path = o.string("path");
    if (out.path.empty() || out.path.ends_with('/'))
      throw copydesk::Config("path must name a file, not a folder");
    out.rotate_bytes = static_cast<std::uint64_t>(o.integer("rotate.size"));
    out.rotate_ns = o.integer("rotate.every");
    out.recovery.max_tail = static_cast<std::uint64_t>(o.integer("max_tail"));
    if (!parse_form(o.string("compress"), out.recovery.form)) out.recovery.form = form_of(out.path);
    const std::string_view existing = o.string("existing");
    out.recovery.existing = existing == "append"      ? Existing::append
                            : existing == "set_aside" ? Existing::set_aside
                                                      : Existing::refuse;
    return out;
  }
  template <class F>
  static std::invoke_result_t<F> translate(F&& body) {
    try {
      return body();
    } catch (const Trouble& e) {
      throw copydesk::Retry(e.what());
    } catch (const Refusal& e) {
      throw copydesk::Fatal(e.what());
    }
  }
  // The host calls back through C, so nothing may be thrown in there.
  void add(const copydesk::Article& a) {
    std::string& lines = writer_.lines();
    bool taken = false;
    host_.encode(a, "json", [&](std::string_view json) noexcept {
      try {
        lines.append(json).push_back('\n');
        taken = true;
      } catch (const std::bad_alloc&) {
      }
    });
    if (!taken) throw copydesk::Retry("out of memory");
    writer_.spill_if_full();
  }
  void count() {
    bytes_.add(writer_.bytes_written() - counted_bytes_);
    segments_.add(writer_.segments_finished() - counted_segments_);
    counted_bytes_ = writer_.bytes_written();
    counted_segments_ = writer_.segments_finished();
  }

  copydesk::Host host_;
  std::string path_;
  copydesk::Counter bytes_, segments_;
  Files files_;
  SegmentWriter writer_;
  std::uint64_t counted_bytes_ = 0, counted_segments_ = 0;
};

}  // namespace copydesk::file
