// SPDX-License-Identifier: MIT
// The client without I/O: datagrams and a time go in; datagrams, events and the next deadline come out. What
// it is told and tells is the same whichever protocol it speaks.
#pragma once

#include "common/base/time.hpp"
#include "common/wire/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chat {

/// Names a typed line between the threads, so that its fate can be told.
using LineId = std::uint64_t;

struct Online {
    /// Where events go on, for who was here before this program was.
    std::optional<wire::Sequence> resumed_at = {};
    wire::Sequence head = 0; ///< the newest event then
};
/// The host does not want this name, or us; in its words.
struct Refused {
    std::string why;
};
/// No answer to the first join: nobody is there, nothing gets through, or nobody is let in.
struct Unanswered {
    Duration waited;
    bool is_port_closed = false; ///< told so by ICMP
    bool is_held_up = false;     ///< the host is there, and does not let us in
};
/// The host was there and has been silent for so long. Tried again until it is back.
struct Offline {
    Duration silence{};
};
/// What a datagram and its answer take.
struct RoundTrip {
    Duration time{};
};
/// It has left, or, where the protocol confirms, it is safe on the host.
struct LineSent {
    LineId id;
};
/// It was not said, and will not be; in the host's words.
struct LineRefused {
    LineId id;
    std::string why;
};
/// Something happened in the room.
struct RoomEvent {
    wire::Event event;       ///< without a number and a time where the host keeps no log
    bool is_own = false;     ///< something of ours, which LineSent has told already
    bool is_history = false; ///< from before we were there
    std::string detail = {}; ///< the host's own words about it, displayable

    /// Whether it has a place in the host's log, and so comes once, in order, from whom it names.
    bool is_logged() const { return event.sequence != 0; }
};
/// Words for the user that are no event of the room.
struct Notice {
    enum class From {
        host, ///< to us alone
        link, ///< about the channel, or a line of the host's that could mean anything
    };
    From from = From::host;
    std::string text; ///< displayable
};
/// A line of an earlier run that was not resolved then; it is on its way again.
struct LineKept {
    LineId id;
    std::string text;
    wire::Command command;
};
/// Everybody who is here, and what the room is about.
struct RosterKnown {
    wire::Roster roster;
    wire::Sequence as_of = 0; ///< events up to it are part of it already
};
/// How somebody is now, who is here.
struct PresenceKnown {
    std::string name;
    bool is_unreachable = false;
};
/// Who is typing; those that were and are not named no more.
struct TypingKnown {
    std::vector<std::string> names;
};
/// What we are called in the room from here on.
struct Named {
    std::string name;
};
/// What the room is, and the fingerprint of who hosts it.
struct RoomKnown {
    std::string room; ///< a label(), as is `host`
    std::string host;
    std::string fingerprint;
    bool has_password = false;
};
/// Nobody knows the host's key yet, and the user wants to be asked. Nothing was said to it.
struct HostUnknown {
    RoomKnown room;
};
/// The room's key and ours do not fit.
struct PasswordRefused {
    enum class Why {
        missing,  ///< the room wants one
        wrong,    ///< it is another one
        unwanted, ///< the room has none: it may not be the one that is meant
    };
    Why why = Why::missing;
};
/// Another key than the known one answers there. Nothing was said to it.
struct HostKeyChanged {
    std::string known;
    std::string met;
};
/// We are out of the room: as we wished, or as the host did.
struct Closed {
    bool by_host = false;
    bool is_confirmed = true; ///< what LineSent told of is not in doubt, as it is without the host's goodbye
    std::size_t unsent_lines = 0;
};
/// What find() came to.
struct SearchResults {
    std::string needle;
    std::vector<wire::Event> lines; ///< oldest first
    bool is_all = false;            ///< nothing older is there
};
using LinkEvent = std::variant<Online, Refused, Unanswered, Offline, LineSent, LineRefused, Closed, RoundTrip,
                               RoomKnown, HostUnknown, HostKeyChanged, PasswordRefused, Named, RosterKnown,
                               PresenceKnown, TypingKnown, RoomEvent, LineKept, SearchResults, Notice>;

class Link {
  public:
    virtual ~Link() = default;

    /// Goes out when it is its turn, in order. One of those that a client may ask for.
    virtual void submit(LineId id, const wire::Command& command) = 0;
    /// The user has been shown all events up to that one.
    virtual void set_seen(wire::Sequence) {}
    /// Looks for what was said before the event `before`: what holds `needle`, or anything. Answered by
    /// A SearchResults comes of it, unless it is asked for something else first, or the protocol has no such
    /// thing.
    virtual void find(wire::Sequence, const std::string&) {}
    /// Says that the user types, or no longer does; said again every few seconds.
    virtual void show_typing(bool is_typing) = 0;
    /// Leaves, once all that was said has gone out.
    virtual void quit(Instant now) = 0;

    virtual void handle_datagram(std::string_view datagram, Instant now) = 0;
    /// ICMP says that nobody listens there.
    virtual void handle_port_closed(Instant now) = 0;
    /// This machine may have another address now, which the host has to learn.
    virtual void handle_new_network(Instant) {}
    virtual void handle_deadline(Instant now) = 0;
    virtual std::optional<Instant> next_deadline() const = 0;

    virtual std::optional<std::string> poll_transmit(Instant now) = 0;
    virtual std::optional<LinkEvent> poll_event() = 0;

    virtual bool is_closed() const = 0;
};

} // namespace chat
