// SPDX-License-Identifier: MIT
// What a line that starts with a slash means. The table is the only list of the commands.
#pragma once

#include "chat/model/calendar.hpp"
#include "chat/model/model.hpp"
#include "chat/settings.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chat {

/// Words to the user, a row each; none for a line that says nothing.
struct Answer {
    std::vector<std::string> rows = {};
};
/// Goes to the host.
struct HostCommand {
    wire::Command command;
};
/// To be looked for in what was said before.
struct Lookup {
    std::string needle;
};
/// To be looked for in what is on the screen.
struct ScreenSearch {
    std::string needle;
};
/// A setting, to be kept.
struct Change {
    std::string name;
    std::string value;
    std::vector<std::string> rows = {}; ///< to the user
};
/// Empties the screen.
struct Clear {};
/// Sends the last line that was not sent again.
struct Retry {};
/// Leaves the room.
struct Leave {};

/// What comes of a typed line.
using Outcome = std::variant<Answer, HostCommand, Lookup, ScreenSearch, Change, Clear, Retry, Leave>;

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
    Outcome (*carry_out)(const Context& context, std::string_view parameters);
    /// What its parameter may become that is being typed, behind those `before` it; the likeliest first.
    std::vector<std::string> (*complete)(const Members& members, std::string_view before,
                                         std::string_view typed);
};

/// All commands, in the order that /help lists them.
std::span<const Command> commands();

/// Reads a typed line. A command that is not in the table is never said.
Outcome interpret(std::string_view line, const Context& context);

/// What a parameter may become in a line that begins with a slash, where `before` is all in front of it.
std::vector<std::string> complete_parameter(const Members& members, std::string_view before,
                                            std::string_view typed);

} // namespace chat
