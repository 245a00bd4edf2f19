// SPDX-License-Identifier: MIT
// How both programs read their command lines, so that they say the same of the same mistakes.
#pragma once

#include <boost/program_options.hpp>

#include <string>
#include <string_view>

/// An option was given what it does not take. Boost.Program_options adds the option's name.
class BadValue : public boost::program_options::error_with_option_name {
  public:
    BadValue(std::string typed, std::string wanted);
    /// The whole of it: "--port takes a number, not 'x'".
    std::string sentence() const { return sentence(get_option_name(), typed_, wanted_); }
    static std::string sentence(std::string_view option, const std::string& typed, const std::string& wanted);

  private:
    std::string typed_;
    std::string wanted_;
};

struct CommandLine {
    std::string program;
    boost::program_options::options_description shown;  ///< in --help
    boost::program_options::options_description hidden; ///< the words behind the options, by name
    boost::program_options::positional_options_description positional;
};

/// Adds --help and --version to `table`.
void add_help_and_version(boost::program_options::options_description& table);

/// Parses into `values`, without abbreviations. Answers --help and --version, and returns false then. Throws
/// Failure (EX_USAGE) with a sentence that names the option that was probably meant.
bool parse_command_line(int argc, const char* const argv[], const CommandLine& line,
                        boost::program_options::variables_map& values);
