# Helpers for the project's own targets. What plugin authors get is in sdk/cmake/CopydeskPlugin.cmake.

add_library(copydesk_flags INTERFACE)
target_compile_options(copydesk_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  target_compile_options(copydesk_flags INTERFACE -Wno-restrict)  # false alarms on std::string, GCC bug 105651
endif()
if(COPYDESK_WERROR)
  target_compile_options(copydesk_flags INTERFACE -Werror)
endif()
if(COPYDESK_SANITIZE)
  add_compile_options(-fsanitize=${COPYDESK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${COPYDESK_SANITIZE})
endif()

# What hashes whole texts links this: the library as built for x86 chooses its code by the processor when it runs, twice as
# fast on a text of some kilobytes as what this compiler makes for any x86-64. Where there is none, the header does alone.
add_library(copydesk_xxhash INTERFACE)
include(CheckCXXSourceCompiles)
set(CMAKE_REQUIRED_LIBRARIES xxhash)
check_cxx_source_compiles("#include <xxh_x86dispatch.h>
int main() { return static_cast<int>(XXH3_64bits_withSeed(\"\", 0, 0) + XXH3_128bits(\"\", 0).low64); }" COPYDESK_XXHASH_DISPATCH)
unset(CMAKE_REQUIRED_LIBRARIES)
if(COPYDESK_XXHASH_DISPATCH)
  target_link_libraries(copydesk_xxhash INTERFACE xxhash)
  target_compile_definitions(copydesk_xxhash INTERFACE COPYDESK_XXHASH_DISPATCH)
endif()

# copydesk_library(<folder> SOURCES ... [DEPENDS core folders ...] [LINK public targets ...] [PRIVATE_LINK ...])
# One static library `copydesk_<folder>` for core/<folder>; includes are written "<folder>/file.h".
function(copydesk_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;LINK;PRIVATE_LINK" ${ARGN})
  add_library(copydesk_${name} STATIC ${arg_SOURCES})
  target_include_directories(copydesk_${name} PUBLIC ${CMAKE_SOURCE_DIR}/core)
  list(TRANSFORM arg_DEPENDS PREPEND copydesk_)
  target_link_libraries(copydesk_${name} PUBLIC ${arg_DEPENDS} ${arg_LINK} PRIVATE copydesk_flags ${arg_PRIVATE_LINK})
endfunction()

# Tests are not optimised: it would take longer than they run, and what they test is built as ever.
set(copydesk_test_options -O0)

# The headers that nearly every test reads are compiled once for all of them, which is half of what a test costs. Where the
# compiler cannot take what it made of them, it reads them as ever.
if(COPYDESK_TESTS)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/test_headers.cpp CONTENT "// Carries the precompiled headers of the tests.\n")
  add_library(copydesk_test_headers OBJECT ${CMAKE_BINARY_DIR}/test_headers.cpp)
  target_link_libraries(copydesk_test_headers PRIVATE copydesk_flags GTest::gmock GTest::gtest)
  target_compile_options(copydesk_test_headers PRIVATE ${copydesk_test_options} -fPIE)  # as for programs
  target_precompile_headers(copydesk_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h> <chrono> <filesystem> <fstream>)
  add_custom_target(unit_tests)  # all that copydesk_test() makes, without what only other tests need
endif()

# copydesk_test(<name> SOURCES ... LINK targets ... [LABELS ...] [TIMEOUT seconds] [COST seconds]): a GoogleTest binary whose
# tests ctest runs one by one, those of a high cost first.
function(copydesk_test name)
  if(NOT COPYDESK_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "TIMEOUT;COST" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(NOT arg_COST)
    set(arg_COST 0)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${arg_LINK} copydesk_flags GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${copydesk_test_options} -Wno-error=invalid-pch)
  target_precompile_headers(${name} REUSE_FROM copydesk_test_headers)
  add_dependencies(unit_tests ${name})
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT ${arg_TIMEOUT} COST ${arg_COST} LABELS "${arg_LABELS}")  # last: it may be empty
endfunction()

# copydesk_add_each(<folder>): add_subdirectory for every sub-folder that has a CMakeLists.txt, in name order.
function(copydesk_add_each folder)
  file(GLOB lists CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*/CMakeLists.txt)
  foreach(list IN LISTS lists)
    get_filename_component(dir ${list} DIRECTORY)
    add_subdirectory(${dir})
  endforeach()
endfunction()
