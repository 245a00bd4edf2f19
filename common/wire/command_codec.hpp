// SPDX-License-Identifier: MIT
// Commands as bytes, as clients send them and as the log keeps them. All that is read is checked: a bad name,
// or a text that is not displayable, is malformed. In a client's command it is Unacceptable.
#pragma once

#include "common/wire/event.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wire {

/// `text` in as many parts as it takes, cut between grapheme clusters; none for an empty one.
std::vector<text::Text> parts_of(const text::Text& text);

/// A command as a client sends it, and as the log keeps it.
std::string encode(const Command& command);
std::optional<Command> decode_command(std::string_view bytes);
/// Whether a client may ask for it once it has joined; the others are the host's own.
bool is_for_clients(const Command& command);
/// The command of a client; Unacceptable, with the reason, if clients may not send it.
Command command_of_client(std::string_view bytes);

} // namespace wire
