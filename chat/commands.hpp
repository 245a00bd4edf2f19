// SPDX-License-Identifier: MIT
// What a line that starts with a slash means. The table is the only list of the commands.
#pragma once

#include "chat/model/model.hpp"
#include "chat/settings.hpp"
#include "chat/text/calendar.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chat {

/// What comes of a typed line.
struct Deed {
    std::optional<wire::Command> command = {};                       ///< to the host
    std::optional<std::string> looked_for = {};                      ///< in what was said before
    std::optional<std::string> searched_for = {};                    ///< in what is on the screen
    std::optional<std::pair<std::string, std::string>> setting = {}; ///< its name and value, to be kept
    std::vector<std::string> answers = {};                           ///< to the user
    bool clears = false;
    bool quits = false;
    bool retries = false; ///< the last line that was not sent
};

/// What commands know of.
struct Context {
    const Model& model;
    const Settings& settings;
    WallTime now{};
    Zone zone = utc;
};

struct Command {
    std::string_view name; ///< without its slash
    std::string_view parameters;
    std::string_view help;
    Deed (*carry_out)(const Context& context, std::string_view parameters);
};

/// All commands, in the order that /help lists them.
std::span<const Command> commands();

/// Reads a typed line. A command that is not in the table is never said.
Deed interpret(std::string_view line, const Context& context);

} // namespace chat
