// SPDX-License-Identifier: MIT
// The contents of frames, as bytes: events, commands, the request to join, the roster. All that is read here
// is checked: a bad name, or a text that is not displayable, is malformed. In a client's command it is
// Unacceptable.
#pragma once

#include "common/wire/bytes.hpp"
#include "common/wire/event.hpp"
#include "common/wire/frame.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wire {

void write_id(Writer& writer, const MemberId& id);
MemberId read_id(Reader& reader);

/// `text` in as many parts as it takes, cut between grapheme clusters; none for an empty one.
std::vector<text::Text> parts_of(const text::Text& text);

/// An event as its members get it: with the author's name, without anybody's id.
std::string encode(const Event& event);

/// Whether an event is something that was said to everybody.
bool is_line(std::string_view event);

/// The reverse; ids are not on the wire, so those in the result are empty.
std::optional<Event> decode_event(Sequence sequence, std::string_view bytes);

/// A command as a client sends it, and as the log keeps it.
std::string encode(const Command& command);
std::optional<Command> decode_command(std::string_view bytes);
/// Whether a client may ask for it once it has joined; the others are the host's own.
bool is_for_clients(const Command& command);
/// The command of a client; Unacceptable, with the reason, if clients may not send it.
Command command_of_client(std::string_view bytes);

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
/// Tells one event from another in the same place, as in a log that was put back from a copy. Not 0.
std::uint64_t mark_of(std::string_view event);
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
