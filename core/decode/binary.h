#pragma once

#include <string_view>

namespace copydesk::decode {

// What a record's bytes are that no charset makes a text of, by how they begin: "gzip data", "a PDF", "an image (PNG)". Empty when
// they begin like nothing known. Only beginnings that no text has.
[[nodiscard]] std::string_view known_binary(std::string_view bytes);

// The command that unpacks such bytes to its stdout ("zcat"), where they are one packed file; else empty.
[[nodiscard]] std::string_view unpacker_of(std::string_view bytes);

// Whether a text made of some bytes shows that they were none: more than one character in 32 is a control character that texts have
// no use for (NUL too); one alone is no sign. Of random or compressed bytes, read as windows-1252, it is about one in eleven. No one-byte or East Asian
// charset has bytes of letters there, so a text that was read in the wrong one passes. A long text in which 8 samples from beginning
// to end have none is not counted.
[[nodiscard]] bool is_garbage(std::string_view text);

}  // namespace copydesk::decode
