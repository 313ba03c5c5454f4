// The options of the source, checked, and the configuration of its client.
#pragma once
#include <copydesk/sdk.hpp>

#include "kafka/client.h"
#include "kafka/consumer_settings.h"

namespace copydesk::kafka {

// Both throw copydesk::Config and name the option.
ConsumerSettings consumer_settings(const Options& options);
Conf consumer_conf(const Options& options);

}  // namespace copydesk::kafka
