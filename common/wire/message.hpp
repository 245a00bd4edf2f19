// SPDX-License-Identifier: MIT
// The contents of frames, as bytes: the request to join, the roster, who is there, what a search found;
// events and commands are each in a codec of their own. All that is read here is checked: a bad name, or a
// text that is not displayable, is malformed.
#pragma once

#include "common/wire/bytes.hpp"
#include "common/wire/command_codec.hpp"
#include "common/wire/event.hpp"
#include "common/wire/event_codec.hpp"
#include "common/wire/frame.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wire {

/// The payload of the handshake's third message.
struct JoinPayload {
    std::string name;                      ///< unchecked
    std::array<std::uint8_t, 16> log_id{}; ///< of the log that the cursor is in; zeros for none
    Sequence cursor = 0;                   ///< the last event that the client has
    std::uint64_t outbox = 0;              ///< of this run of the client
    /// The client's handshakes with this outbox: an older one that comes late is not the newer one.
    std::uint64_t attempt = 0;
    std::uint64_t history = 0;  ///< lines that a newcomer wants to see of what was said before
    std::uint64_t mark = 0;     ///< of the event at the cursor, as mark_of() makes it; 0 for none
    std::uint64_t features = 0; ///< that the client knows
};
std::string encode(const JoinPayload& payload);
std::optional<JoinPayload> decode_join(std::string_view bytes);

/// The result of a search in the log, oldest first.
struct Matches {
    bool is_all = false; ///< there is no older match
    struct Line {
        Sequence sequence = 0;
        std::string_view event;
    };
    std::vector<Line> lines;
};
std::string encode(const Matches& found);
std::optional<Matches> decode_matches(std::string_view bytes);

/// Somebody who is in the room.
struct RosterEntry {
    text::Name name;
    bool is_classic = false;
    bool is_away = false;
    bool is_unreachable = false;
    std::optional<Fingerprint> fingerprint = {}; ///< of its key; empty for a classic member
};
/// How a member is since the event `as_of`, which the log does not say.
struct PresenceChange {
    Sequence as_of = 0;
    RosterEntry entry;
};
std::string encode(const PresenceChange& change);
std::optional<PresenceChange> decode_presence(std::string_view bytes);

/// The room, as a newcomer is told of it.
struct Roster {
    text::Text topic;
    std::vector<RosterEntry> entries;
};
std::string encode(const Roster& roster);
std::optional<Roster> decode_roster(std::string_view bytes);

} // namespace wire
