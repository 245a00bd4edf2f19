// SPDX-License-Identifier: MIT
// Where classic members are: who is at which address, what they say and hear and how fast. It knows no
// sockets and no clock; the log is reached through the RoomContext.
#pragma once

#include "chatd/admission/gate.hpp"
#include "chatd/admission/line_budgets.hpp"
#include "chatd/classic/classic_member.hpp"
#include "chatd/classic/classic_sender.hpp"
#include "chatd/classic/last_lines.hpp"
#include "chatd/classic/lines_in.hpp"
#include "chatd/classic/pending_joins.hpp"
#include "chatd/room/context.hpp"
#include "chatd/room/counters.hpp"
#include "chatd/room/room_log.hpp"
#include "common/base/random.hpp"
#include "common/net/datagram.hpp"
#include "common/session/crypto.hpp"
#include "common/wire/classic.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace chatd {

class ClassicServer {
  public:
    using Members = ClassicSender::Members;

    struct Options {
        std::size_t max_members = 1000;
        std::optional<Rate> flood = {}; ///< lines of one member; nothing for no limit
        std::size_t history = 0;        ///< lines of what was said before, for newcomers
        ClassicLimits limits = {};
    };
    /// All of them must outlive it.
    ClassicServer(Options options, Gate& gate, Counters& counters, RoomContext& context, Random& random)
        : options_(options)
        , random_(random)
        , gate_(gate)
        , counters_(counters)
        , context_(context)
        , budgets_(options.limits)
        , last_lines_(options.history)
        , lines_in_(options.flood, members_, context)
        , sender_(options.limits.lines, random.u64(), members_, counters, context.messages()) {}

    ClassicServer(const ClassicServer&) = delete; // its parts refer to its members
    ClassicServer& operator=(const ClassicServer&) = delete;

    /// The first number that no member in the log has; before anything else. Those who are in the room by the
    /// log leave: an address says nothing of who will be there after a restart.
    void restore(std::uint64_t next_number);

    /// Whether a datagram from there is looked at at all: a member's by its own rate, others by the gate's.
    bool admit_datagram(const net::Path& path, Instant now);
    void handle_request(const wire::classic::Request& request, const net::Datagram& datagram, Instant now);
    void handle_port_unreachable(const net::Address& peer, std::string_view quote, Instant now);
    void handle_deadline(Instant now);
    std::optional<Instant> next_deadline() const;

    /// A classic member's join is in the log, or was refused there.
    void handle_joined(const wire::Joined& event, Instant now);
    void handle_join_refused(const wire::Refusal& refusal, const text::Name& name, Instant now);
    /// Says why it has to go. It is forgotten once the log says so.
    void remove(const wire::MemberId& member, std::string_view words);
    /// The same for everybody, who leave by it.
    void remove_all(std::string_view words);
    /// Says goodbye to everybody: nobody leaves, the room closes.
    void close(std::string_view words);
    void forget(const wire::MemberId& member);
    /// A word of the host's to everybody.
    void tell_all(std::string_view words);
    /// A line for everybody but `author`: `pattern` with {name} and {text} filled in.
    void broadcast(const wire::MemberId& author, std::string_view pattern, std::string_view name,
                   std::string_view text = {});
    /// Keeps what was said for newcomers.
    void remember_line(const KeptEvent& event);

    /// The next datagram, valid until end_turn().
    std::optional<net::Outgoing> poll_transmit(Instant now) { return sender_.poll_transmit(now); }
    void end_turn() { sender_.end_turn(); }

    const Members& members() const { return members_; }
    /// Bytes of memory, about; without this turn's.
    std::size_t memory() const;
    /// Null if it is not one of these members.
    const ClassicMember* find(const wire::MemberId& member) const;

  private:
    void handle_login(const wire::classic::Login& login, const net::Datagram& datagram, Instant now);
    void handle_chat(const wire::classic::Chat& chat, const net::Datagram& datagram, Instant now);
    void handle_quit(const wire::classic::Quit& quit, const net::Datagram& datagram, Instant now);
    /// Whether a classic member has that name, or one like it, whose leave is on its way to the log.
    bool is_being_freed(const text::Name& name) const;
    /// Whether joins from there, and joins in all, are not too many.
    bool may_join(const net::Path& path, Instant now);
    void begin_join(text::Name name, const net::Datagram& datagram);
    std::optional<std::string> fault_of_source(const net::Path& path, Instant now);
    /// Lets a member go that may never have been there, for the next one that asks.
    void give_way(Instant now);
    /// How many of its lines were refused since it was told last, if that may go out now.
    void tell_lost(ClassicMember& member, std::size_t request_size, Instant now);
    void refuse(const net::Datagram& datagram, std::string_view words, Instant now);
    /// Replies if that may go out for such a request.
    void answer(const net::Datagram& datagram, bool ends_lines, std::string_view bytes, Instant now);
    /// Says something that nobody else can know: an error that quotes it is true.
    void ask_whether_there(ClassicMember& member, Instant now);
    void dismiss(const ClassicMember& member, std::string_view words);
    std::size_t members_from(const std::string& holder) const;

    Options options_;
    Random& random_;
    Gate& gate_;
    Counters& counters_;
    RoomContext& context_;
    LineBudgets budgets_;
    TokenBucket joins_;
    Members members_;                                            ///< at most options_.max_members
    std::unordered_map<wire::MemberId, net::Address> addresses_; ///< of members_
    PendingJoins pending_;                                       ///< counted with members_
    std::uint64_t next_number_ = 1;
    std::set<wire::MemberId> gone_;   ///< those who leave since restore()
    std::set<wire::MemberId> losers_; ///< members that have not been told of all lines that they lost
    Instant tell_losers_at_{};
    LastLines last_lines_;
    LinesIn lines_in_;
    ClassicSender sender_;
};

} // namespace chatd
