# copydesk_add_plugin(<name> SOURCES ... [LINK ...])
#
# Builds <name>.so, a copydesk plugin: hidden visibility, one exported symbol (`copydesk_plugin`), and no
# STB_GNU_UNIQUE symbols, which g++ would otherwise share between plugins in spite of RTLD_LOCAL.
# The file lands in ${CMAKE_BINARY_DIR}/lib/copydesk/plugins.
set(COPYDESK_PLUGIN_VERSION_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/plugin.map)
function(copydesk_add_plugin name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} MODULE ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES
    PREFIX "" C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/copydesk/plugins)
  target_compile_features(${name} PRIVATE cxx_std_20)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>)
  endif()
  target_link_options(${name} PRIVATE LINKER:--version-script=${COPYDESK_PLUGIN_VERSION_SCRIPT})
  if(NOT COPYDESK_SANITIZE)
    target_link_options(${name} PRIVATE LINKER:--no-undefined)
  endif()
  set_target_properties(${name} PROPERTIES LINK_DEPENDS ${COPYDESK_PLUGIN_VERSION_SCRIPT})
  target_link_libraries(${name} PRIVATE copydesk::sdk ${arg_LINK})
  set_property(GLOBAL APPEND PROPERTY COPYDESK_PLUGINS ${name})
endfunction()
