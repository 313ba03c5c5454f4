#include "stage.h"

COPYDESK_PLUGIN("copydesk.clean", "0.1.0", copydesk::clean::Clean)
