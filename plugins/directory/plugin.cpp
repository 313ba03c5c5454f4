#include "directory/component.h"

COPYDESK_PLUGIN("copydesk.directory", "1.0.0", copydesk::directory::Directory)
