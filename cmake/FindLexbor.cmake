# Finds lexbor, the HTML parser: the system's if there is one, else the static library that `tools/dev setup` builds
# into build/deps/lexbor. Defines the target lexbor::lexbor. -DLexbor_ROOT=PATH takes another one.
find_path(Lexbor_INCLUDE_DIR lexbor/html/html.h)
find_library(Lexbor_LIBRARY NAMES lexbor lexbor_static)
if(NOT Lexbor_INCLUDE_DIR OR NOT Lexbor_LIBRARY)
  unset(Lexbor_INCLUDE_DIR CACHE)
  unset(Lexbor_LIBRARY CACHE)
  set(lexbor_built ${CMAKE_CURRENT_LIST_DIR}/../build/deps/lexbor)
  find_path(Lexbor_INCLUDE_DIR lexbor/html/html.h PATHS ${lexbor_built}/include NO_DEFAULT_PATH)
  find_library(Lexbor_LIBRARY NAMES lexbor_static PATHS ${lexbor_built}/lib NO_DEFAULT_PATH)
endif()
mark_as_advanced(Lexbor_INCLUDE_DIR Lexbor_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Lexbor
  REQUIRED_VARS Lexbor_LIBRARY Lexbor_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "`tools/dev setup` builds it.")
if(Lexbor_FOUND AND NOT TARGET lexbor::lexbor)
  add_library(lexbor::lexbor UNKNOWN IMPORTED)
  set_target_properties(lexbor::lexbor PROPERTIES
    IMPORTED_LOCATION ${Lexbor_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${Lexbor_INCLUDE_DIR})
endif()
