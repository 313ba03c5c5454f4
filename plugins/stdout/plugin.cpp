#include "stdout_sink.h"

COPYDESK_PLUGIN("copydesk.stdout", "1.0.0", copydesk::stdout_sink::Stdout)
