// SPDX-License-Identifier: MIT
// What chat is told on its command line.
#pragma once

#include "chat/identity_command.hpp"
#include "chat/settings.hpp"
#include "common/base/secret_text.hpp"
#include "common/net/address.hpp"

#include <optional>
#include <string>

namespace chat {

struct Options {
    std::string name;                       ///< as given or of the user; may be empty
    bool is_name_given = false;             ///< on the command line
    std::optional<net::HostPort> host;      ///< nothing: whatever is found
    std::uint16_t port = net::default_port; ///< where rooms are looked for
    std::optional<std::string> fingerprint; ///< that the host must have
    bool is_plain = false;
    bool is_json = false;
    std::optional<std::string> send; ///< one line to say instead of standard input
    bool is_classic = false;
    bool lists_rooms = false;
    std::optional<IdentityCommand> identity; ///< this, and do no more
    std::optional<std::size_t> history;      ///< lines of what was said before
    Settings settings;
    std::filesystem::path settings_file; ///< where /set keeps them
    std::optional<SecretText> password;  ///< the room's
};

/// Reads the command line and the settings. Prints and returns nothing for --help and --version. Throws
/// Failure (EX_USAGE, EX_CONFIG, EX_NOINPUT, EX_CANTCREAT).
std::optional<Options> parse_options(int argc, const char* const argv[]);

/// What the user is called now, for the next start.
void keep_name(const std::string& name);

} // namespace chat
