#include "stage.h"

COPYDESK_PLUGIN_NEEDS(2, "copydesk.deduplicate", "0.1.0", copydesk::deduplicate::Deduplicate)
