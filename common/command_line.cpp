// SPDX-License-Identifier: MIT
#include "common/command_line.hpp"

#include "common/exit_status.hpp"
#include "common/text/nearest.hpp"
#include "common/text/utf8.hpp"

#include <string_view>
#include <vector>

namespace po = boost::program_options;

void parse_command_line(int argc, const char* const argv[], const std::string& program,
                        const po::options_description& options,
                        const po::positional_options_description& positional, po::variables_map& values) {
    const auto see_help = "; '" + program + " --help' lists the options";
    try {
        po::store(po::command_line_parser(argc, argv)
                      .options(options)
                      .positional(positional)
                      .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                      .run(),
                  values);
    } catch (const po::unknown_option& error) {
        std::vector<std::string> names;
        for (const auto& option : options.options()) names.push_back("--" + option->long_name());
        const std::vector<std::string_view> views(names.begin(), names.end());
        const auto typed = text::escaped(error.get_option_name());
        const auto near = text::nearest(typed, views);
        throw Failure(EX_USAGE, "no option '" + typed + "'" +
                                    (near ? "; did you mean '" + std::string(*near) + "'?" : see_help));
    } catch (const po::too_many_positional_options_error&) {
        throw Failure(EX_USAGE, "more words than are taken" + see_help);
    } catch (const po::error& error) {
        throw Failure(EX_USAGE, text::escaped(error.what()) + see_help);
    }
}
