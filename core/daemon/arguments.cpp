#include "daemon/arguments.h"

#include <algorithm>
#include <optional>

#include "base/utf8.h"
#include "config/suggest.h"

namespace copydesk::daemon {
namespace {

class Parser {
 public:
  Parser(const std::vector<std::string>& words, const std::vector<CommandHelp>& commands,
         const std::vector<OptionHelp>& common)
      : words_(words), commands_(commands), common_(common) {}

  Result<Arguments> parse() {
    find_command();
    for (; next_ < words_.size(); ++next_)
      if (Status status = word(words_[next_]); !status) return std::move(status).error();
    if (out_.help || out_.version) return std::move(out_);
    if (Status status = check_command(); !status) return std::move(status).error();
    return std::move(out_);
  }

 private:
  // The command decides which options there are, so it is looked for first: the first words that are no options. What
  // an option takes is skipped by what all commands together know of options.
  void find_command() {
    for (std::size_t i = 0; i < words_.size() && words_[i] != "--"; ++i) {
      if (words_[i].starts_with("-")) {
        if (takes_next_word(words_[i])) ++i;
        continue;
      }
      first_ = words_[i];
      for (const CommandHelp& c : commands_) {
        const std::size_t space = c.name.find(' ');
        if (c.name.substr(0, space) != first_) continue;
        const bool of_two = space != std::string::npos;
        if (of_two && (i + 1 >= words_.size() || c.name.substr(space + 1) != words_[i + 1]))
          continue;
        out_.command = &c;
        break;
      }
      command_words_ =
          out_.command != nullptr && out_.command->name.find(' ') != std::string::npos ? 2 : 1;
      return;
    }
  }

  bool takes_next_word(const std::string& word) const {
    if (word.find('=') != std::string::npos) return false;
    const auto fits = [&](const OptionHelp& o) {
      return !o.value.empty() &&
             (word == "--" + o.name || (o.letter != 0 && word == std::string("-") + o.letter));
    };
    return std::ranges::any_of(common_, fits) ||
           std::ranges::any_of(commands_, [&](const CommandHelp& c) {
             return std::ranges::any_of(c.options, fits);
           });
  }

  Status word(const std::string& word) {
    if (only_operands_ || word == "-" || !word.starts_with("-")) {
      if (command_words_ > 0)
        --command_words_;
      else
        out_.operands.push_back(word);
      return {};
    }
    if (word == "--") {
      only_operands_ = true;
      return {};
    }
    if (word == "--help" || word == "-h") {
      out_.help = true;
      return {};
    }
    if (word == "--version") {
      out_.version = true;
      return {};
    }
    return option(word);
  }

  Status option(const std::string& word) {
    const std::size_t equals = word.starts_with("--") ? word.find('=') : std::string::npos;
    const std::string name = word.substr(0, equals);
    const OptionHelp* found = find(name);
    if (found == nullptr) return config_error("unknown option '" + name + "'" + near(name));
    std::string value;
    if (found->value.empty()) {
      if (equals != std::string::npos) return config_error("'" + name + "' takes no value");
    } else if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else {
      if (next_ + 1 == words_.size()) return config_error("'" + name + "' wants " + found->value);
      value = words_[++next_];
    }
    // "$CONFIG" of a script in which it is not set.
    if (!found->value.empty() && value.empty())
      return config_error("'" + name + "' wants " + found->value + ", not an empty word");
    if (!found->allowed.empty() && std::ranges::find(found->allowed, value) == found->allowed.end())
      return config_error("'" + name + "' wants " + found->value + ", not '" + value + "'");
    auto& values = out_.options[found->name];
    if (!values.empty() && !found->repeatable && !found->value.empty())
      return config_error("'" + name + "' is there twice");
    values.push_back(std::move(value));
    return {};
  }

  const OptionHelp* find(const std::string& name) const {
    const auto fits = [&](const OptionHelp& o) {
      return name == "--" + o.name || (o.letter != 0 && name == std::string("-") + o.letter);
    };
    if (out_.command != nullptr)
      if (const auto it = std::ranges::find_if(out_.command->options, fits);
          it != out_.command->options.end())
        return &*it;
    const auto it = std::ranges::find_if(common_, fits);
    return it == common_.end() ? nullptr : &*it;
  }

  std::string near(const std::string& name) const {
    std::vector<std::string> known = {"--help", "--version"};
    for (const OptionHelp& o : common_) known.push_back("--" + o.name);
    if (out_.command != nullptr)
      for (const OptionHelp& o : out_.command->options) known.push_back("--" + o.name);
    const std::string nearest = config::nearest(name, known);
    if (!nearest.empty()) return " (did you mean '" + nearest + "'?)";
    return out_.command == nullptr ? ""
                                   : " (copydesk " + out_.command->name + " --help names them)";
  }

  Status check_command() const {
    if (out_.command == nullptr) return first_.empty() ? Status() : Status(unknown_command());
    const CommandHelp& c = *out_.command;
    if (out_.operands.size() < c.least) return config_error("'" + c.name + "' wants " + c.operands);
    if (out_.operands.size() > c.most)
      return config_error("'" + c.name + "' does not take '" + out_.operands[c.most] + "'" +
                          (c.most == 0 ? "" : ": it wants " + c.operands));
    return {};
  }

  Error unknown_command() const {
    std::vector<std::string> firsts, seconds;
    for (const CommandHelp& c : commands_) {
      const std::size_t space = c.name.find(' ');
      firsts.push_back(c.name.substr(0, space));
      if (space != std::string::npos && firsts.back() == first_)
        seconds.push_back(c.name.substr(space + 1));
    }
    if (seconds.empty()) {
      const std::string nearest = config::nearest(first_, firsts);
      return config_error("unknown command '" + first_ + "'" +
                          (nearest.empty() ? "" : " (did you mean '" + nearest + "'?)"));
    }
    if (out_.operands.empty())
      return config_error("'" + first_ + "' wants one of: " + config::join(seconds));
    return config_error("unknown command '" + first_ + " " + out_.operands[0] + "'" +
                        config::hint(out_.operands[0], seconds, "commands"));
  }

  const std::vector<std::string>& words_;
  const std::vector<CommandHelp>& commands_;
  const std::vector<OptionHelp>& common_;
  Arguments out_;
  std::string first_;
  std::size_t next_ = 0, command_words_ = 0;
  bool only_operands_ = false;
};

// A name and what it means, in two columns; a long name has a line of its own.
std::string two_columns(std::string left, std::string_view right) {
  constexpr std::size_t kLeft = 28;  // code points
  const std::size_t width = code_points(left);
  left.append(width + 2 <= kLeft ? kLeft - width : 0, ' ');
  if (width + 2 > kLeft) left += "\n" + std::string(kLeft, ' ');
  return left + std::string(right) + "\n";
}

std::string option_line(const OptionHelp& o) {
  std::string left =
      o.letter != 0 ? std::string("  -") + o.letter + ", --" + o.name : "      --" + o.name;
  if (!o.value.empty()) left += " " + o.value;
  return two_columns(std::move(left), o.summary);
}

std::string option_lines(const std::vector<OptionHelp>& options) {
  std::string out;
  for (const OptionHelp& o : options) out += option_line(o);
  return out;
}

}  // namespace

std::string Arguments::value(const std::string& option) const {
  const auto it = options.find(option);
  return it == options.end() ? std::string() : it->second.back();
}

std::vector<std::string> Arguments::values(const std::string& option) const {
  const auto it = options.find(option);
  return it == options.end() ? std::vector<std::string>() : it->second;
}

Result<Arguments> parse_arguments(const std::vector<std::string>& arguments,
                                  const std::vector<CommandHelp>& commands,
                                  const std::vector<OptionHelp>& common) {
  return Parser(arguments, commands, common).parse();
}

std::string help_of(const CommandHelp& command, const std::vector<OptionHelp>& common) {
  std::string out = "usage: copydesk " + command.name + " [OPTIONS]" +
                    (command.operands.empty() ? "" : " " + command.operands) + "\n\n" +
                    command.summary + "\n";
  if (!command.options.empty()) out += "\n" + option_lines(command.options);
  return out + "\nevery command takes\n" + option_lines(common);
}

std::string help_of_all(const std::vector<CommandHelp>& commands,
                        const std::vector<OptionHelp>& common) {
  std::string out =
      "usage: copydesk COMMAND [OPTIONS]\n\nTakes articles in from sources, through stages, to "
      "sinks, as a configuration says.\n\n";
  for (const CommandHelp& c : commands) {
    std::string left = "  " + c.name + (c.operands.empty() ? "" : " " + c.operands);
    out += two_columns(std::move(left), c.summary.substr(0, c.summary.find_first_of(".:")));
  }
  return out + "\nevery command takes\n" + option_lines(common) +
         "\n`copydesk help COMMAND` tells more. Exit codes: 0 done, 1 failed, 2 wrong use or "
         "configuration, 3 dead letters, 4 something was left.\n";
}

}  // namespace copydesk::daemon
