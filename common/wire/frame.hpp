// SPDX-License-Identifier: MIT
// What is inside a session's sealed packets: frames, as values and as bytes. A frame is made afresh from
// state each time that it is sent, so none of them knows whether it is the first of its kind.
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

/// Text of one command or event.
inline constexpr std::size_t max_text = 8192;
/// An event, or a command, as bytes: a text with its names and kind.
inline constexpr std::size_t max_message = max_text + 512;
/// A roster as bytes: more members than a room has, with the longest names.
inline constexpr std::size_t max_roster = std::size_t{1} << 20;
/// What a SEARCH is answered with, as bytes, and what it may ask for.
inline constexpr std::size_t max_matches = 16384;
inline constexpr std::uint64_t max_search_lines = 200;
inline constexpr std::size_t max_needle = 256;
/// A message larger than this goes out in parts of part_size; a smaller one fits a packet with any ACK in
/// front.
inline constexpr std::size_t max_whole_message = 960;
inline constexpr std::size_t part_size = 900;
/// Intervals in one ACK.
inline constexpr std::size_t max_ack_ranges = 32;
/// A longer delay in an ACK is read as this: nobody waits so long.
inline constexpr std::chrono::milliseconds max_ack_delay{10'000};

/// What counts up from a peer's number begins no higher, and so never ends.
inline constexpr std::uint64_t max_counted = max_varint / 2;

struct NumberInterval {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool operator==(const NumberInterval&) const = default;
};

/// Which packets have come. Descending; between two intervals is a gap.
struct AckFrame {
    std::chrono::milliseconds delay{};     ///< since the largest came
    std::vector<NumberInterval> intervals; ///< 1 to max_ack_ranges
};
/// Events from `first` on, one behind the other.
struct EventsFrame {
    Sequence first = 0;
    std::vector<std::string_view> events;
};
/// `count` sequences from `first` on that are not for this member, or came to nothing.
struct SkipFrame {
    Sequence first = 0;
    std::uint64_t count = 0;
};
/// Part of an event, or of a command, that does not fit a packet.
struct PartFrame {
    bool is_command = false;
    std::uint64_t number = 0; ///< sequence, or the command's n
    std::uint64_t offset = 0;
    std::uint64_t total = 0;
    std::string_view bytes;
};
/// A command of this client's outbox, by its number in that.
struct CommandFrame {
    std::uint64_t number = 0;
    std::string_view command;
};
/// What became of a command.
struct ResultFrame {
    enum class Status : std::uint8_t { accepted = 0, refused = 1 };
    std::uint64_t number = 0;
    Status status = Status::accepted;
    Sequence sequence = 0;   ///< of the entry, if it was accepted
    std::string_view reason; ///< for a person, if it was refused
};
/// Part of the roster as of a sequence: who was here when that had happened.
struct RosterFrame {
    Sequence as_of = 0;
    std::uint64_t offset = 0;
    std::uint64_t total = 0;
    std::string_view bytes; ///< empty only if the roster is
};
/// Who is typing: one's own name or nobody's from a client, everybody's from the host. Acknowledged, and
/// never sent again: it is over soon.
struct TypingFrame {
    std::vector<std::string_view> names;
};
inline constexpr std::size_t max_typing = 8;
/// Changes of what is known of members besides the log, numbered; the newest of a name counts.
struct PresenceFrame {
    std::uint64_t first = 0;
    std::vector<std::string_view> changes; ///< each one roster entry
};
/// Words for a person in a RESULT, a CLOSE or a NOTICE: what is more is cut off, so that a packet holds them.
inline constexpr std::size_t max_words = 1024;
/// The host to this member, outside the log: for a person.
struct NoticeFrame {
    std::uint64_t number = 0; ///< counts up in a session; one that came before is only sent again
    std::string_view text;
};
/// Asks for what was said before some event: the newest `count` lines that hold `needle`, or any.
struct SearchFrame {
    std::uint64_t number = 0; ///< counts up; a client asks for one thing at a time
    Sequence before = 0;
    std::uint64_t count = 0;
    std::string_view needle;
};
/// Part of the answer.
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
        refused = 2,   ///< the join was
        removed = 3,   ///< by the admin
        closed = 4,    ///< the room is
        replaced = 5,  ///< by a newer session of the same key
    };
    Code code = Code::left;
    std::string_view text; ///< for a person
};
/// The first that a client hears: which log this is, and where in it the client begins. It has a length, so
/// that later versions can put more behind.
struct WelcomeFrame {
    std::array<std::uint8_t, 16> log_id{};
    Sequence head = 0;              ///< the newest entry
    Sequence start = 0;             ///< the first that will be sent
    std::uint64_t mark = 0;         ///< of the event before that, as mark_of() makes it; 0 if nobody knows
    std::uint64_t last_command = 0; ///< of the client's outbox that the log has
    std::string_view name;          ///< what the client is called in the room, which may not be what it asked
    std::uint64_t features = 0;     ///< that the host knows
};
/// Asks for a proof that the peer is where this goes; neither it nor its answer is acknowledged.
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

/// Whether it is to be acknowledged: all but ACK, CLOSE, CHALLENGE and RESPONSE.
bool is_eliciting(const Frame& frame);

/// All frames of an opened packet, with views into it. Nothing if any of it is malformed or unknown.
std::optional<std::vector<Frame>> parse_frames(std::string_view packet);

/// Of any frame.
template<class Kind>
void write(Writer& writer, const Kind& frame);

} // namespace wire
