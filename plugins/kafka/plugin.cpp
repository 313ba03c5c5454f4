#include "kafka/sink.h"
#include "kafka/source.h"

COPYDESK_PLUGIN("copydesk.kafka", "1.0.0", copydesk::kafka::KafkaSource, copydesk::kafka::KafkaSink)
