// SPDX-License-Identifier: MIT
// What the admin types, carried out: a line is shouted, a /word is a command. Lines in, lines out; the
// console is one place where they come from. The table is the only list of the commands.
#pragma once

#include "chatd/hub/hub.hpp"
#include "chatd/room/wall_clock.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

struct AdminAnswer {
    std::vector<std::string> lines; ///< safe to show
    bool closes_room = false;
    bool asks_password = false; ///< the next line typed is the room's key, and is not to be shown
};

struct AdminContext {
    Hub& hub;
    Instant now;
    Duration uptime; ///< how long the room has been open
    WallClock& clock;
};

struct AdminCommand {
    std::string_view name; ///< without its slash
    std::string_view parameters;
    std::string_view help;
    AdminAnswer (*carry_out)(const AdminContext& context, std::string_view parameters);
};

/// All commands, in the order that /help lists them.
std::span<const AdminCommand> admin_commands();

/// Carries out one typed line.
AdminAnswer carry_out(std::string_view line, const AdminContext& context);

/// The line that was asked for by asks_password.
AdminAnswer set_password(std::string_view line, const AdminContext& context);

} // namespace chatd
