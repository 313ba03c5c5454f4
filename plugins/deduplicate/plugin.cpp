#include "stage.h"

COPYDESK_PLUGIN("copydesk.deduplicate", "0.1.0", copydesk::deduplicate::Deduplicate)
