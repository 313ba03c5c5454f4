/* plugin.h is C11 without extensions; the sizes seen by a C compiler are compared with those of C++. */
#include <copydesk/plugin.h>

const size_t plain_c_sizes[] = {
    sizeof(cd_string),   sizeof(cd_bytes),     sizeof(cd_span),       sizeof(cd_value),
    sizeof(cd_field),    sizeof(cd_patch),     sizeof(cd_result),     sizeof(cd_annotation),
    sizeof(cd_article),  sizeof(cd_batch),     sizeof(cd_call),       sizeof(cd_carry),
    sizeof(cd_state),    sizeof(cd_edit),      sizeof(cd_record),     sizeof(cd_settled),
    sizeof(cd_host),     sizeof(cd_options),   sizeof(cd_option),     sizeof(cd_open),
    sizeof(cd_put),      sizeof(cd_committed), sizeof(cd_source_ops), sizeof(cd_stage_ops),
    sizeof(cd_sink_ops), sizeof(cd_component), sizeof(cd_plugin)};
