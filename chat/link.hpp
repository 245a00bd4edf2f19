// SPDX-License-Identifier: MIT
// The client without I/O: datagrams and a time go in; datagrams, events and the next deadline come out. This
// one speaks the classic protocol, in which nothing is confirmed: a line counts as sent when it has left.
#pragma once

#include "common/time.hpp"
#include "common/token_bucket.hpp"
#include "common/wire/classic.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace chat {

/// Names a typed line between the threads, so that its fate can be told.
using LineId = std::uint64_t;

struct Online {};
/// The host does not want this name, or us; in its words.
struct Refused {
    std::string why;
};
/// No answer to the first join: nobody is there, or nothing gets through.
struct Unanswered {
    Duration waited;
    bool is_port_closed = false; ///< told so by ICMP
};
/// The host was there and is not now. Tried again until it is.
struct Offline {};
struct LineSent {
    LineId id;
};
/// We are out of the room: as we wished, or as the host did.
struct Closed {
    bool by_host = false;
    bool is_confirmed = true; ///< the host said goodbye
    std::size_t unsent_lines = 0;
};
using LinkEvent = std::variant<Online, Refused, Unanswered, Offline, LineSent, Closed,
                               wire::classic::JoinNotice, wire::classic::LeaveNotice, wire::classic::ChatLine,
                               wire::classic::AdminLine, wire::classic::HostLine, wire::classic::OtherLine>;

class Link {
  public:
    /// Joins as `name`, beginning at `now`.
    Link(std::string name, Instant now);

    /// Goes out when it is its turn: in order, and no faster than a host takes lines by default.
    void say(LineId id, std::string_view text);
    /// Leaves, once all that was said has gone out.
    void quit(Instant now);

    void handle_datagram(std::string_view datagram, Instant now);
    /// ICMP says that nobody listens there.
    void handle_port_closed(Instant now);
    void handle_deadline(Instant now);
    std::optional<Instant> next_deadline() const;

    std::optional<std::string> poll_transmit(Instant now);
    std::optional<LinkEvent> poll_event();

    bool is_closed() const { return state_ == State::closed; }

  private:
    enum class State { joining, online, rejoining, leaving, closed };
    struct Outgoing {
        LineId id;
        std::string datagram;
        bool is_last_part;
    };

    void ask(Instant now);
    void begin(State state, Instant now);
    void close(bool by_host, bool is_confirmed);

    std::string name_;
    State state_ = State::joining;
    bool is_quitting_ = false;
    Instant began_;               ///< the state
    std::size_t asked_ = 0;       ///< requests sent in this state
    bool is_request_due_ = false; ///< L or Q, by the state
    Instant asked_to_join_{};     ///< last
    std::deque<Outgoing> lines_;  ///< as many as were typed
    TokenBucket pace_;
    std::optional<Outgoing> last_sent_;
    Instant last_sent_at_{};
    std::deque<LinkEvent> events_;
};

} // namespace chat
