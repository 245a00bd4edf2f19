// SPDX-License-Identifier: MIT
// What chatd is told: one table for the command line, the configuration file and --help.
#pragma once

#include "chatd/export.hpp"
#include "chatd/hub/hub.hpp"
#include "chatd/log/retention.hpp"
#include "chatd/room/notice.hpp"
#include "common/net/address.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace chatd {

struct Options {
    Hub::Options hub;
    std::string room;
    Level log_level = Level::info;
    std::filesystem::path state_directory; ///< the host's key and the rooms' logs
    bool is_state_directory_named = false; ///< on the command line or in the file
    bool has_history = true;
    Retention retention;
    std::optional<Export> exported; ///< print the log, and do no more
    /// Where to listen; the first of a family gives the others their port if that is 0.
    std::vector<net::Address> addresses;
    /// Whether `addresses` is the default, of which the machine may lack one family.
    bool is_default_bind = true;
};

/// Reads the command line and the file that it names. Prints and returns nothing for --help and --version.
/// Throws Failure (EX_USAGE, EX_CONFIG, EX_NOINPUT).
std::optional<Options> parse_options(int argc, const char* const argv[]);

/// Where the room's log is.
std::filesystem::path log_file(const Options& options);

} // namespace chatd
