#include "stdin/component.h"

COPYDESK_PLUGIN("copydesk.stdin", "1.0.0", copydesk::standard_input::Stdin)
