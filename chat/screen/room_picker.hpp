// SPDX-License-Identifier: MIT
// Which of the rooms that are found: a list that goes on changing while the user looks at it.
#pragma once

#include "chat/find/discovery.hpp"
#include "chat/screen/cells.hpp"
#include "chat/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chat {

/// The list as a screen: a heading, then a line for each room, of which `chosen` is marked.
Cells draw_rooms(const std::vector<std::string>& table, std::size_t chosen, Size size);

/// Shows the rooms until the user takes one with Enter, or none. Throws Failure when one of `signals` comes.
std::optional<FoundRoom> pick_room(std::uint16_t port, const KnownRooms& known_rooms,
                                   os::SignalDescriptor& signals, Settings::Theme theme);

} // namespace chat
