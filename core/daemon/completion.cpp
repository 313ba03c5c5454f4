// `completion`: a script for the shell, made from what the command line knows.

#include <algorithm>
#include <set>

#include "daemon/commands.h"
#include "daemon/context.h"
#include "daemon/terminal.h"

namespace copydesk::daemon {
namespace {

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

void add_names(const OptionHelp& option, std::vector<std::string>& out) {
  if (option.letter != 0) out.push_back(std::string("-") + option.letter);
  out.push_back("--" + option.name);
}

// Every option of every command, each once.
std::vector<OptionHelp> all_options() {
  std::vector<OptionHelp> out = common_options();
  std::set<std::string> seen;
  for (const OptionHelp& o : out) seen.insert(o.name);
  for (const CommandHelp& c : commands())
    for (const OptionHelp& o : c.options)
      if (seen.insert(o.name).second) out.push_back(o);
  return out;
}

// What may follow an option that takes a value. Names of files are the shell's own answer where we give none.
std::string values_case() {
  std::string out;
  std::vector<std::string> free;
  for (const OptionHelp& o : all_options()) {
    std::vector<std::string> names;
    if (o.value.empty()) continue;
    add_names(o, names);
    if (o.value == "DIR")
      out += "    " + joined(names, "|") + ") COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n";
    else if (!o.allowed.empty())
      out += "    " + joined(names, "|") + ") COMPREPLY=($(compgen -W '" + joined(o.allowed, " ") +
             "' -- \"$cur\")); return ;;\n";
    else
      free.insert(free.end(), names.begin(), names.end());
  }
  return out + "    " + joined(free, "|") + ") return ;;\n";
}

std::string value_options() {
  std::vector<std::string> names;
  for (const OptionHelp& o : all_options())
    if (!o.value.empty()) add_names(o, names);
  return joined(names, "|");
}

std::vector<std::string> options_of(const CommandHelp& command) {
  std::vector<std::string> out;
  for (const OptionHelp& o : command.options) add_names(o, out);
  return out;
}

// The first words of commands, and for those of two words the second ones.
std::string words_case() {
  std::vector<std::string> firsts;
  std::string out;
  for (const CommandHelp& c : commands()) {
    const std::string first = c.name.substr(0, c.name.find(' '));
    if (std::ranges::find(firsts, first) == firsts.end()) firsts.push_back(first);
    out += "    '" + c.name + "') options='" + joined(options_of(c), " ") + "'";
    if (c.name == "explain" || c.name == "plugins")
      out += "\n      words=$(copydesk explain 2>/dev/null | awk 'NR > 1 { print $2 }')";
    out += " ;;\n";
  }
  std::string seconds;
  for (const std::string& first : firsts) {
    std::vector<std::string> of_it;
    for (const CommandHelp& c : commands())
      if (c.name.starts_with(first + " ")) of_it.push_back(c.name.substr(first.size() + 1));
    if (!of_it.empty()) seconds += "    '" + first + "') words='" + joined(of_it, " ") + "' ;;\n";
  }
  return "    '' | help) words='" + joined(firsts, " ") + "' ;;\n" + seconds + out;
}

std::string bash_script() {
  std::vector<std::string> common = {"--help", "--version"};
  for (const OptionHelp& o : common_options()) add_names(o, common);
  std::set<std::string> pairs;  // first words of commands of two
  for (const CommandHelp& c : commands())
    if (const std::size_t space = c.name.find(' '); space != std::string::npos)
      pairs.insert(c.name.substr(0, space));
  return "# Completion of copydesk for bash; zsh takes it after `autoload -U bashcompinit; "
         "bashcompinit`.\n"
         "_copydesk() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= words= "
         "options= i\n"
         "  COMPREPLY=()\n"
         "  case $prev in\n" +
         values_case() +
         "  esac\n"
         "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
         "    case ${COMP_WORDS[i]} in\n"
         "    " +
         value_options() +
         ") ((++i)) ;;\n"
         "    -*) ;;\n"
         "    *) case $command in\n"
         "      '') command=${COMP_WORDS[i]} ;;\n"
         "      " +
         joined({pairs.begin(), pairs.end()}, "|") +
         ") command=\"$command ${COMP_WORDS[i]}\" ;;\n"
         "      esac ;;\n"
         "    esac\n"
         "  done\n"
         "  case $command in\n" +
         words_case() +
         "  esac\n"
         "  [[ $cur == -* ]] && words=\"$options " +
         joined(common, " ") +
         "\"\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "}\n"
         "complete -o default -F _copydesk copydesk\n";
}

}  // namespace

int completion(Context& context) {
  const std::string& shell = context.arguments().operands[0];
  if (shell != "bash" && shell != "zsh")
    return Context::fail("there is completion for bash and zsh, not for '" + shell + "'",
                         kWrongUse);
  if (shell == "zsh") print("autoload -U +X bashcompinit && bashcompinit\n");
  print(bash_script());
  return kDone;
}

}  // namespace copydesk::daemon
