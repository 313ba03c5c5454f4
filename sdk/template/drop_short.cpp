#include "drop_short.h"

COPYDESK_PLUGIN("org.example.drop_short", "1.0.0", DropShort)
