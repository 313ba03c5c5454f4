# Finds lexbor, the HTML parser, and defines Lexbor::lexbor.
#
# A system lexbor comes first (pkg-config, then the usual folders); else the static library that `tools/dev setup`
# builds into build/deps/lexbor. Sets Lexbor_FOUND and Lexbor_VERSION.
set(_lexbor_prefix ${CMAKE_SOURCE_DIR}/build/deps/lexbor)

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_LEXBOR QUIET lexbor)
endif()

find_path(Lexbor_INCLUDE_DIR lexbor/html/parser.h HINTS ${PC_LEXBOR_INCLUDE_DIRS})
find_library(Lexbor_LIBRARY NAMES lexbor lexbor_static HINTS ${PC_LEXBOR_LIBRARY_DIRS})
if(NOT Lexbor_INCLUDE_DIR OR NOT Lexbor_LIBRARY)
  # Header and library must be of one build, so neither half of a system lexbor is mixed with ours.
  unset(Lexbor_INCLUDE_DIR CACHE)
  unset(Lexbor_LIBRARY CACHE)
  find_path(Lexbor_INCLUDE_DIR lexbor/html/parser.h PATHS ${_lexbor_prefix}/include NO_DEFAULT_PATH)
  find_library(Lexbor_LIBRARY lexbor_static PATHS ${_lexbor_prefix}/lib NO_DEFAULT_PATH)
endif()

if(Lexbor_INCLUDE_DIR AND EXISTS ${Lexbor_INCLUDE_DIR}/lexbor/core/base.h)
  file(STRINGS ${Lexbor_INCLUDE_DIR}/lexbor/core/base.h _lexbor_version REGEX "define LEXBOR_VERSION_(MAJOR|MINOR|PATCH)")
  string(REGEX REPLACE "[^0-9;]+" "" Lexbor_VERSION "${_lexbor_version}")
  string(REPLACE ";" "." Lexbor_VERSION "${Lexbor_VERSION}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Lexbor
  REQUIRED_VARS Lexbor_LIBRARY Lexbor_INCLUDE_DIR
  VERSION_VAR Lexbor_VERSION
  REASON_FAILURE_MESSAGE
    "plugins/clean parses HTML with lexbor. Run `tools/dev setup`, which builds it into build/deps/lexbor")

if(Lexbor_FOUND AND NOT TARGET Lexbor::lexbor)
  add_library(Lexbor::lexbor UNKNOWN IMPORTED)
  set_target_properties(Lexbor::lexbor PROPERTIES
    IMPORTED_LOCATION ${Lexbor_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${Lexbor_INCLUDE_DIR})
  if(Lexbor_LIBRARY MATCHES "\\.a$")
    set_target_properties(Lexbor::lexbor PROPERTIES INTERFACE_COMPILE_DEFINITIONS LEXBOR_STATIC)
  endif()
endif()
mark_as_advanced(Lexbor_INCLUDE_DIR Lexbor_LIBRARY)
