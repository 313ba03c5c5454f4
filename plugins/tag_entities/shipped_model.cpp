// The bytes of models/names.model, as they are, in the plugin's read-only part.
#include "shipped.h"

__asm__(
    ".pushsection .rodata\n"
    ".balign 16\n"
    "copydesk_names_model:\n"
    ".incbin \"" COPYDESK_NAMES_MODEL
    "\"\n"
    "copydesk_names_model_end:\n"
    ".balign 16\n"
    ".popsection\n");

extern "C" {
extern const char copydesk_names_model[] __attribute__((visibility("hidden")));
extern const char copydesk_names_model_end[] __attribute__((visibility("hidden")));
}

namespace copydesk::tag_entities {

std::string_view shipped_model() {
  return {copydesk_names_model,
          static_cast<std::size_t>(copydesk_names_model_end - copydesk_names_model)};
}

}  // namespace copydesk::tag_entities
