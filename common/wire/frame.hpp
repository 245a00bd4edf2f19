// SPDX-License-Identifier: MIT
// Frames, the content of a session's sealed packets, as values and as bytes. A frame is made from the state
// each time that it is sent, so no frame knows whether it was sent before.
#pragma once

#include "common/base/time.hpp"
#include "common/wire/bytes.hpp"
#include "common/wire/event.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wire {

/// Bytes of the text of one command or event.
inline constexpr std::size_t max_text = 8192;
/// Bytes of an encoded event or command: a text with its names and kind.
inline constexpr std::size_t max_message = max_text + 512;
/// Bytes of an encoded roster: more members than a room has, with the longest names.
inline constexpr std::size_t max_roster = std::size_t{1} << 20;
/// Bytes of the answer to a SEARCH, and the lines and bytes that one may ask for.
inline constexpr std::size_t max_matches = 16384;
inline constexpr std::uint64_t max_search_lines = 200;
inline constexpr std::size_t max_needle = 256;
/// A message larger than this goes out in parts of part_size; a smaller one fits a packet with any ACK in
/// front.
inline constexpr std::size_t max_whole_message = 960;
inline constexpr std::size_t part_size = 900;
/// Intervals in one ACK, at most.
inline constexpr std::size_t max_ack_ranges = 32;
/// A longer delay in an ACK is read as this: nobody waits so long.
inline constexpr std::chrono::milliseconds max_ack_delay{10'000};

/// A peer may begin a number that counts up no higher than this, so that it never overflows.
inline constexpr std::uint64_t max_counted = max_varint / 2;

struct NumberInterval {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool operator==(const NumberInterval&) const = default;
};

/// Tells which packets have come: intervals, the highest first, with a gap between two.
struct AckFrame {
    std::chrono::milliseconds delay{};     ///< since the packet with the highest number came
    std::vector<NumberInterval> intervals; ///< 1 to max_ack_ranges
};
/// Consecutive events, from `first` on.
struct EventsFrame {
    Sequence first = 0;
    std::vector<std::string_view> events;
};
/// `count` sequences, from `first` on, that have no event for this member.
struct SkipFrame {
    Sequence first = 0;
    std::uint64_t count = 0;
};
/// A part of an event or of a command that is too large for a packet.
struct PartFrame {
    bool is_command = false;
    std::uint64_t number = 0; ///< the event's sequence, or the command's number
    std::uint64_t offset = 0;
    std::uint64_t total = 0;
    std::string_view bytes;
};
/// A command, and its number in the client's outbox.
struct CommandFrame {
    std::uint64_t number = 0;
    std::string_view command;
};
/// The result of a command.
struct ResultFrame {
    enum class Status : std::uint8_t { accepted = 0, refused = 1 };
    std::uint64_t number = 0;
    Status status = Status::accepted;
    Sequence sequence = 0;   ///< of the entry, if it was accepted
    std::string_view reason; ///< for a person, if it was refused
};
/// A part of the roster: the members that were here after the event `as_of`.
struct RosterFrame {
    Sequence as_of = 0;
    std::uint64_t offset = 0;
    std::uint64_t total = 0;
    std::string_view bytes; ///< empty only if the whole roster is
};
/// The members who are typing: from a client its own name or none, from the host all of them. It is
/// acknowledged, but never sent again, since it is soon out of date.
struct TypingFrame {
    std::vector<std::string_view> names;
};
inline constexpr std::size_t max_typing = 8;
/// Numbered changes of members that are not in the log; the newest for a name counts.
struct PresenceFrame {
    std::uint64_t first = 0;
    std::vector<std::string_view> changes; ///< each one roster entry
};
/// Words for a person in a RESULT, a CLOSE or a NOTICE: what is more is cut off, so that a packet holds them.
inline constexpr std::size_t max_words = 1024;
/// A message of the host to this member's user, outside the log.
struct NoticeFrame {
    std::uint64_t number = 0; ///< counts up in a session; one that came before is only sent again
    std::string_view text;
};
/// Asks for the newest `count` lines before an event that hold `needle`, or for any lines if that is empty.
struct SearchFrame {
    std::uint64_t number = 0; ///< counts up; a client asks for one thing at a time
    Sequence before = 0;
    std::uint64_t count = 0;
    std::string_view needle;
};
/// A part of the answer to a SEARCH.
struct MatchesFrame {
    std::uint64_t number = 0;
    std::uint64_t offset = 0;
    std::uint64_t total = 0;
    std::string_view bytes;
};
struct PingFrame {};
struct CloseFrame {
    enum class Code : std::uint8_t {
        left = 0,      ///< as its user wished
        malformed = 1, ///< the peer breaks the protocol
        refused = 2,   ///< the join was refused
        removed = 3,   ///< by the admin
        closed = 4,    ///< the room is closed
        replaced = 5,  ///< by a newer session of the same key
    };
    Code code = Code::left;
    std::string_view text; ///< for a person
};
/// The first frame of the host: which log this is, and where in it the client begins. It has a length, so
/// that later versions can add fields at the end.
struct WelcomeFrame {
    std::array<std::uint8_t, 16> log_id{};
    Sequence head = 0;              ///< the newest entry
    Sequence start = 0;             ///< the first that will be sent
    std::uint64_t mark = 0;         ///< mark_of() the event before that; 0 if it is not known
    std::uint64_t last_command = 0; ///< the last of the client's outbox that the log has
    std::string_view name;          ///< the client's name in the room; it may have asked for another
    std::uint64_t features = 0;     ///< those that the host has
};
/// Asks for a proof that the peer hears at this address. Neither it nor its answer is acknowledged.
struct ChallengeFrame {
    std::uint64_t token = 0;
};
struct ResponseFrame {
    std::uint64_t token = 0; ///< the challenge's
};

/// A frame's type, the byte in front of it, is its place here, counted from 1.
using Frame = std::variant<AckFrame, EventsFrame, SkipFrame, PartFrame, CommandFrame, ResultFrame,
                           RosterFrame, TypingFrame, PingFrame, CloseFrame, WelcomeFrame, PresenceFrame,
                           NoticeFrame, SearchFrame, MatchesFrame, ChallengeFrame, ResponseFrame>;

/// Whether the frame is to be acknowledged: all but ACK, CLOSE, CHALLENGE and RESPONSE.
bool is_eliciting(const Frame& frame);

/// All frames of an opened packet, as views into it. Empty if any part of it is malformed or unknown.
std::optional<std::vector<Frame>> parse_frames(std::string_view packet);

/// Of any frame.
template<class Kind>
void write(Writer& writer, const Kind& frame);

} // namespace wire
