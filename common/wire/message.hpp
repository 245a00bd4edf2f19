// SPDX-License-Identifier: MIT
// What frames carry, as bytes: events, commands, the request to join, the roster. Everything read here is
// checked: a name that is none, or a text that is not displayable, is malformed.
#pragma once

#include "common/wire/event.hpp"
#include "common/wire/frame.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wire {

/// `text` in as many parts as it takes, cut between grapheme clusters; none for an empty one.
std::vector<text::Text> parts_of(const text::Text& text);

/// An event as its members get it: with the author's name, without anybody's id.
std::string encode(const Event& event);

/// The reverse; ids are not on the wire, so those in the result are empty.
std::optional<Event> decode_event(Sequence sequence, std::string_view bytes);

/// A command as a client sends it, and as the log keeps it.
std::string encode(const Command& command);
std::optional<Command> decode_command(std::string_view bytes);
/// Whether a client may ask for it once it has joined; the others are the host's own.
bool is_for_clients(const Command& command);

/// The payload of the handshake's third message.
struct JoinPayload {
    std::string_view name;                 ///< unchecked
    std::array<std::uint8_t, 16> log_id{}; ///< of the log that the cursor is in; zeros for none
    Sequence cursor = 0;                   ///< the last event that the client has
    std::uint64_t outbox = 0;              ///< of this run of the client
    std::uint64_t attempt =
        0; ///< its handshakes in this run: an older one that comes late is not the newer one
};
std::string encode(const JoinPayload& payload);
std::optional<JoinPayload> decode_join(std::string_view bytes);

/// Somebody who is in the room.
struct RosterEntry {
    text::Name name;
    bool is_classic = false;
    bool is_away = false;
    bool is_unreachable = false;
};
std::string encode(const RosterEntry& entry);
std::optional<RosterEntry> decode_roster_entry(std::string_view bytes);

/// What a newcomer is told of the room.
struct Roster {
    text::Text topic;
    std::vector<RosterEntry> entries;
};
std::string encode(const Roster& roster);
std::optional<Roster> decode_roster(std::string_view bytes);

} // namespace wire
