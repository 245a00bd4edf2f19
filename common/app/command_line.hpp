// SPDX-License-Identifier: MIT
// How both programs read their command lines, so that they say the same of the same mistakes.
#pragma once

#include <boost/program_options.hpp>

#include <string>

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
