#include "directory/component.h"
#include "directory/stdin_component.h"

// Two sources of one plugin: lines are cut the same way from files and from a pipe.
COPYDESK_PLUGIN("copydesk.directory", "1.0.0", copydesk::directory::Directory,
                copydesk::standard_input::Stdin)
