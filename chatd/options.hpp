// SPDX-License-Identifier: MIT
// What chatd is told: one table for the command line, the configuration file and --help.
#pragma once

#include "chatd/hub.hpp"
#include "common/net/address.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chatd {

struct Options {
    Hub::Options hub;
    std::string room;
    Level log_level = Level::info;
    /// Where to listen; the first of a family gives the others their port if that is 0.
    std::vector<net::Address> addresses;
    /// Whether `addresses` is the default, of which the machine may lack one family.
    bool is_default_bind = true;
};

/// Reads the command line and the file that it names. Prints and returns nothing for --help and --version.
/// Throws Failure (EX_USAGE, EX_CONFIG, EX_NOINPUT).
std::optional<Options> parse_options(int argc, const char* const argv[]);

/// "10/5" as 10 at once and 5 a second; nothing for anything that is no such pair of whole numbers above 0.
std::optional<Rate> parse_rate(std::string_view text);

} // namespace chatd
