// The trained models that are built in; README.md of models/ is their card. Internal.
#pragma once
#include "page_model.h"
#include "text_model.h"

namespace copydesk::clean {

const TextModel& text_model();  // for lines of flattened text
const PageModel& page_model();  // for blocks of pages

}  // namespace copydesk::clean
