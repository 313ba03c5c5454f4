# cmake -DFILES=a.tsv,b.tsv -DOUT=shipped.cpp -P embed.cmake: writes the files into a C++ source, as shipped.h offers them.
string(REPLACE "," ";" files "${FILES}")
set(rows "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  file(READ ${file} content)
  if(content MATCHES "\\)tsv\"")
    message(FATAL_ERROR "${file}: holds )tsv\", which ends a raw string")
  endif()
  string(APPEND rows "    {\"${name}\", R\"tsv(${content})tsv\"sv},\n")
endforeach()
file(WRITE ${OUT} "// Written by embed.cmake; do not edit.
#include <tag_entities/shipped.h>

namespace copydesk::tag_entities {
namespace {
using namespace std::string_view_literals;  // the compiler would count the characters of long texts one by one
constexpr ShippedFile kFiles[] = {
${rows}};
}  // namespace

std::span<const ShippedFile> shipped_gazetteers() { return kFiles; }

}  // namespace copydesk::tag_entities
")
