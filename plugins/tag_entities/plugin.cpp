#include "stage.h"

COPYDESK_PLUGIN("copydesk.tag_entities", "0.1.0", copydesk::tag_entities::TagEntities)
