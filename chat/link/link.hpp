// SPDX-License-Identifier: MIT
// The client without I/O: datagrams and a time go in; datagrams, events and the next deadline come out. Its
// requests and its events are the same for both protocols.
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

/// Names a typed line between the threads, so that the user can be told whether it was said.
using LineId = std::uint64_t;

struct Online {
    /// Events go on after this one, if the user was in the room before this program started.
    std::optional<wire::Sequence> resumed_at = {};
    wire::Sequence head = 0; ///< the newest event at that time
};
/// The host refuses this name, or us. It says why.
struct Refused {
    std::string why;
};
/// The first join is not answered: nobody is there, nothing gets through, or the host lets nobody in.
struct Unanswered {
    Duration waited;
    bool is_port_closed = false; ///< as ICMP says
    bool is_held_up = false;     ///< the host is there, but does not let us in
};
/// The host has been silent for so long. The link tries again until the host is back.
struct Offline {
    Duration silence{};
};
/// The time that a datagram and its answer take.
struct RoundTrip {
    Duration time{};
};
/// The line is safe on the host, or, in the classic protocol, has been sent.
struct LineSent {
    LineId id;
};
/// The line was not said and will not be. The host says why.
struct LineRefused {
    LineId id;
    std::string why;
};
/// Something happened in the room.
struct RoomEvent {
    wire::Event event;       ///< without a number and a time if the host keeps no log
    bool is_own = false;     ///< said by this user; LineSent has told it already
    bool is_history = false; ///< from before we were in the room
    std::string detail = {}; ///< the host's own words about it, displayable

    /// Whether it is in the host's log: then it comes once, in order, and is by the member that it names.
    bool is_logged() const { return event.sequence != 0; }
};
/// A message to the user that is no event of the room.
struct Notice {
    enum class From {
        host, ///< says something to us alone
        link, ///< tells about the channel, or passes on a line of the host that could mean anything
    };
    From from = From::host;
    std::string text; ///< displayable
};
/// A line of an earlier run that the host had not resolved; it is on its way again.
struct LineKept {
    LineId id;
    wire::Command command;
};
/// All members of the room, and its topic.
struct RosterKnown {
    wire::Roster roster;
    wire::Sequence as_of = 0; ///< it includes the events up to this one
};
/// Whether a member can be reached now.
struct PresenceKnown {
    std::string name;
    bool is_unreachable = false;
};
/// All members who are typing; the others are not.
struct TypingKnown {
    std::vector<std::string> names;
};
/// Our name in the room from here on.
struct Named {
    std::string name;
    std::string wanted = {}; ///< the name that was asked for at the join; empty for a new one
};
/// The room, and the fingerprint of its host's key.
struct RoomKnown {
    std::string room; ///< a label(), as is `host`
    std::string host;
    std::string fingerprint;
    bool has_password = false;
};
/// The host's key is not known yet, and the user wants to be asked. We have said nothing to the host.
struct HostUnknown {
    RoomKnown room;
};
/// The room password and ours do not fit.
struct PasswordRefused {
    enum class Why {
        missing,  ///< the room wants one
        wrong,    ///< the room has another one
        unwanted, ///< the room has none, so it may not be the one that is meant
    };
    Why why = Why::missing;
};
/// A host with another key than the known one answers. We have said nothing to it.
struct HostKeyChanged {
    std::string known;
    std::string met;
};
/// We are out of the room, because we left or because the host ended it.
struct Closed {
    bool by_host = false;
    bool is_confirmed = true; ///< what LineSent told of is not in doubt, as it is without the host's goodbye
    std::size_t unsent_lines = 0;
};
/// The answer to find().
struct SearchResults {
    std::string needle;
    std::vector<wire::Event> lines; ///< oldest first
    bool is_all = false;            ///< there is nothing older
};
using LinkEvent = std::variant<Online, Refused, Unanswered, Offline, LineSent, LineRefused, Closed, RoundTrip,
                               RoomKnown, HostUnknown, HostKeyChanged, PasswordRefused, Named, RosterKnown,
                               PresenceKnown, TypingKnown, RoomEvent, LineKept, SearchResults, Notice>;

class Link {
  public:
    virtual ~Link() = default;

    /// Sends a command that a client may ask for, in order, when it is its turn.
    virtual void submit(LineId id, const wire::Command& command) = 0;
    /// The user has been shown all events up to that one.
    virtual void set_seen(wire::Sequence) {}
    /// Looks for lines before the event `before` that hold `needle`, or for any lines if that is empty. The
    /// answer is a SearchResults, unless another search follows first. The classic protocol has no searches
    /// and never answers.
    virtual void find(wire::Sequence, const std::string&) {}
    /// Tells that the user types, or no longer does; to be called every few seconds while it types.
    virtual void show_typing(bool is_typing) = 0;
    /// Leaves, once all that was typed has gone out.
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
