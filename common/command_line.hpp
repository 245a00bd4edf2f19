// SPDX-License-Identifier: MIT
// How both programs read their command lines, so that they say the same of the same mistakes.
#pragma once

#include <boost/program_options.hpp>

#include <string>

/// Parses into `values`, without abbreviations. Throws Failure (EX_USAGE) with a sentence that names
/// `program` and the option that was probably meant.
void parse_command_line(int argc, const char* const argv[], const std::string& program,
                        const boost::program_options::options_description& options,
                        const boost::program_options::positional_options_description& positional,
                        boost::program_options::variables_map& values);
