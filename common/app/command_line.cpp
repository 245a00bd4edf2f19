// SPDX-License-Identifier: MIT
#include "common/app/command_line.hpp"

#include "common/app/failure.hpp"
#include "common/app/lookup.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <iostream>
#include <string_view>
#include <utility>
#include <vector>

namespace po = boost::program_options;

BadValue::BadValue(std::string typed, std::string wanted)
    : po::error_with_option_name("%canonical_option% takes something else")
    , typed_(std::move(typed))
    , wanted_(std::move(wanted)) {}

std::string BadValue::sentence(std::string_view option, const std::string& typed, const std::string& wanted) {
    option.remove_prefix(std::min(option.find_first_not_of('-'), option.size()));
    return "--" + std::string(option) + " takes " + wanted + ", not '" + text::escaped(typed) + "'";
}

void add_help_and_version(po::options_description& table) {
    table.add_options()                       //
        ("help,h", "show this help and exit") //
        ("version,V", "show the version and exit");
}

bool parse_command_line(int argc, const char* const argv[], const CommandLine& line,
                        po::variables_map& values) {
    const auto see_help = "; '" + line.program + " --help' lists the options";
    po::options_description options;
    options.add(line.shown).add(line.hidden);
    try {
        po::store(po::command_line_parser(argc, argv)
                      .options(options)
                      .positional(line.positional)
                      .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                      .run(),
                  values);
    } catch (const po::unknown_option& error) {
        const auto typed = text::escaped(error.get_option_name());
        const auto found = text::look_up(options.options(), typed,
                                         [](const auto& option) { return "--" + option->long_name(); });
        throw Failure(EX_USAGE, "no option '" + typed + "'" +
                                    (found.near ? "; did you mean '" + *found.near + "'?" : see_help));
    } catch (const BadValue& error) {
        throw Failure(EX_USAGE, error.sentence());
    } catch (const po::too_many_positional_options_error&) {
        throw Failure(EX_USAGE, "more words than are taken" + see_help);
    } catch (const po::error& error) {
        throw Failure(EX_USAGE, text::escaped(error.what()) + see_help);
    }
    if (values.contains("help"))
        std::cout << line.shown;
    else if (values.contains("version"))
        std::cout << line.program << " " CHAT_VERSION "\n";
    else
        return true;
    return false;
}
