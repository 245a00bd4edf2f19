// SPDX-License-Identifier: MIT
// Where classic members are: who is at which address, what they say and hear and how fast. It knows no
// sockets and no clock; the log is reached through the Desk.
#pragma once

#include "chatd/counters.hpp"
#include "chatd/desk.hpp"
#include "chatd/gate.hpp"
#include "chatd/log.hpp"
#include "chatd/member.hpp"
#include "common/net/datagram.hpp"
#include "common/wire/classic.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chatd {

class ClassicHall {
  public:
    /// Lines that wait their turn, a member.
    static constexpr std::size_t max_waiting = 20;
    /// Members from one address, but for the host's own machine.
    static constexpr std::size_t max_members_per_host = 8;

    using Members = std::unordered_map<net::Address, ClassicMember>;

    struct Options {
        std::size_t max_members = 1000;
        std::optional<Rate> flood = {}; ///< lines of one member; nothing for no limit
        std::size_t history = 0;        ///< lines of what was said before, for newcomers
    };
    /// All of them must outlive it.
    ClassicHall(Options options, Gate& gate, Counters& counters, Desk& desk)
        : options_(options)
        , gate_(gate)
        , counters_(counters)
        , desk_(desk) {}

    /// The first number that no member in the log has; before anything else.
    void restore(std::uint64_t next_number) { next_number_ = next_number; }

    void handle_request(const wire::classic::Request& request, const net::Datagram& datagram, Instant now);
    void handle_port_unreachable(const net::Address& peer);
    void handle_deadline(Instant now);
    std::optional<Instant> next_deadline() const;

    /// A classic member's join is in the log, or was refused there.
    void handle_joined(const wire::Joined& event, Instant now);
    void handle_join_refused(const wire::MemberId& member, std::string_view words);
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
    std::optional<net::Outgoing> poll_transmit(Instant now);
    void end_turn();

    const Members& members() const { return members_; }
    /// Nothing if it is none of these.
    const ClassicMember* find(const wire::MemberId& member) const;

  private:
    /// Something for one address: an OK, an EXIT, a refusal, a word to a member.
    struct Reply {
        net::Path path;
        std::string bytes;
    };
    /// A line for all classic members but its author; kept with a line end that members may not want.
    struct Line {
        std::string bytes;
        wire::MemberId author;
    };
    /// A join on its way through the log.
    struct PendingJoin {
        net::Path path;
        bool ends_lines = false;
    };

    void handle_login(const wire::classic::Login& login, const net::Datagram& datagram, Instant now);
    void handle_chat(const wire::classic::Chat& chat, const net::Datagram& datagram, Instant now);
    void handle_quit(const wire::classic::Quit& quit, const net::Datagram& datagram, Instant now);
    void begin_join(text::Name name, const net::Datagram& datagram);
    std::optional<std::string> fault_of_source(const net::Path& path) const;
    void say_in_turn(ClassicMember& member, wire::Command command, const net::Datagram& datagram,
                     Instant now);
    void refuse(const net::Datagram& datagram, std::string_view words, Instant now);
    void reply(const net::Path& path, bool ends_lines, std::string_view bytes);
    void tell(const ClassicMember& member, std::string_view words);
    void dismiss(const ClassicMember& member, std::string_view words);
    std::size_t members_from(const net::Address& source) const;

    Options options_;
    Gate& gate_;
    Counters& counters_;
    Desk& desk_;
    Members members_;                                               ///< at most options_.max_members
    std::unordered_map<wire::MemberId, net::Address> addresses_;    ///< of members_
    std::unordered_map<wire::MemberId, PendingJoin> joining_;       ///< counted with members_
    std::unordered_map<net::Address, wire::MemberId> joining_from_; ///< of joining_
    std::map<wire::MemberId, net::Address> waiting_;                ///< members with lines waiting
    std::uint64_t next_number_ = 1;
    std::deque<std::string> last_lines_; ///< at most options_.history

    // This turn's.
    std::vector<Reply> replies_;
    std::vector<Line> lines_;
    std::unordered_map<wire::MemberId, std::size_t> first_line_; ///< of members that joined in this turn
    struct TransmitCursor {
        std::size_t reply = 0;
        bool has_begun = false;
        Members::iterator member;
        std::size_t line = 0;
    } cursor_;
};

} // namespace chatd
