#include "file_sink.h"

COPYDESK_PLUGIN("copydesk.file", "1.0.0", copydesk::file::File)
