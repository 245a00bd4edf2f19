// SPDX-License-Identifier: MIT
// Where encrypted members are: the sessions that come of handshakes, and what they get. It knows no sockets
// and no clock; the log is reached through the RoomContext.
#pragma once

#include "chatd/admission/gate.hpp"
#include "chatd/admission/ledger.hpp"
#include "chatd/room/context.hpp"
#include "chatd/session/absentees.hpp"
#include "chatd/session/farewells.hpp"
#include "chatd/session/feed.hpp"
#include "chatd/session/handshakes.hpp"
#include "chatd/session/peer.hpp"
#include "chatd/session/roster_cache.hpp"
#include "chatd/session/send_queue.hpp"
#include "chatd/session/typists.hpp"
#include "chatd/session/waiting_line.hpp"
#include "common/base/random.hpp"
#include "common/net/datagram.hpp"
#include "common/session/crypto.hpp"
#include "common/wire/message.hpp"
#include "common/wire/packet.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chatd {

class SessionServer {
  public:
    struct Options {
        Handshakes::Options reception;
        std::optional<Rate> flood = {}; ///< lines of one member; nothing for no limit
        std::size_t max_history = 50;   ///< lines of what was said before that a newcomer gets at most
        Limits limits = {};
    };
    /// `identity` is the host's long-term key; the others must outlive it.
    SessionServer(Options options, const session::KeyPair& identity, Random& random, const Gate& gate,
                  RoomContext& context);

    /// See Handshakes. Who is not in the room yet has to begin anew.
    void set_password(std::optional<SecretText> key);

    void handle_packet(const wire::Packet& packet, const net::Datagram& datagram, Instant now);
    void handle_deadline(Instant now);
    std::optional<Instant> next_deadline() const;

    /// Which log this is, the newest of its events, from `first` on, and where members were; before anything
    /// else.
    void restore(const LogId& log_id, wire::Sequence first, std::vector<KeptEvent> events,
                 const std::vector<KeptPath>& paths, Instant now);

    /// Every entry's event as it became durable, in order.
    void append(const KeptEvent& event);
    /// What members need out of the log, and what came of that.
    std::vector<LogQuery> drain_queries() { return std::exchange(queries_, {}); }
    void handle_page(const LogPage& page, Instant now);
    /// Where members are now, or are no more, for the log.
    std::vector<KeptPath> drain_paths() { return std::exchange(paths_, {}); }
    /// Says something to everybody, outside the log.
    void notify_all(std::string_view words);
    /// What waited for the log goes on.
    void resume(Instant now);
    /// What became of an encrypted member's entry.
    void handle_resolved(const wire::CommittedEntry& committed);
    void handle_joined(const wire::MemberId& member, Instant now);
    void handle_join_refused(const wire::MemberId& member, std::string_view words);
    void handle_left(const wire::MemberId& member);
    /// A join or a leave is in the log, whatever came of it.
    void handle_membership_resolved(const wire::MemberId& member, Instant now);
    /// A command came before one that the log does not know: its client has to ask anew.
    void handle_gap(const wire::MemberId& member, std::uint64_t outbox, Instant now);
    void handle_renamed(const wire::MemberId& member, const text::Name& name);
    /// Its session ends, with a word why.
    void remove(const wire::MemberId& member, wire::CloseFrame::Code code, std::string_view words);
    /// Says goodbye to everybody, until it is answered.
    void close_all(std::string_view words, Instant now);
    bool has_said_goodbye() const { return farewells_.is_done(); }

    /// The next datagram, valid until end_turn().
    std::optional<net::Outgoing> poll_transmit(Instant now);
    void end_turn();

    /// Everybody who is here, as newcomers are told.
    wire::Roster roster() const;
    const Peer* find(const wire::MemberId& member) const;
    std::uint64_t refused_packets() const { return refused_ + reception_.refused_packets(); }
    std::uint64_t limits_met() const { return ledger_.limits_met(); }
    std::uint64_t lines_out() const { return lines_out_; }
    /// Bytes of memory that members and those who want to be some cost, about.
    std::size_t memory() const;
    /// Keys that get the room's lines.
    std::vector<wire::MemberId> admitted() const;
    /// Whether it is known here why that key is in the room: it has a session, is waited for, or its join or
    /// leave is on the way to the log.
    bool accounts_for(const wire::MemberId& member) const;

  private:
    using Members = std::unordered_map<wire::SessionId, std::unique_ptr<Peer>>;

    void handle(const wire::Probe& probe, const net::Datagram& datagram, Instant now);
    void handle(const wire::Hello& hello, const net::Datagram& datagram, Instant now);
    void handle(const wire::JoinRequest& request, const net::Datagram& datagram, Instant now);
    void handle(const wire::Data& data, const net::Datagram& datagram, Instant now);
    bool handle_frame(Peer& member, const wire::Frame& frame, Instant now);
    /// False if it has moved to where there is no room for it.
    bool handle_response(Peer& member, const wire::ResponseFrame& response, Instant now);
    void handle_typing(Peer& member, const wire::TypingFrame& frame, Instant now);
    void tell_typing(Instant now);
    void tell_presence(const wire::MemberId& id);
    bool is_unreachable(const wire::MemberId& id) const;
    /// It is no member any more, nor waited for.
    void forget(const wire::MemberId& member);
    /// Where it is, once it is sure that it is there.
    void note_path(Peer& member);
    /// It may have something to send, and another deadline.
    void touch(Peer& member);
    void touch_all();
    /// When something has to be done for it, if nothing comes before.
    Instant due(const Peer& member) const;
    void schedule(Peer& member);
    /// Hands on the commands whose turn it is.
    void submit_commands(Peer& member, Instant now);
    void submit_command(Peer& member, Instant now);
    /// Asks the log what the member looks for, if it is its turn.
    void submit_search(Peer& member, Instant now);
    void begin_search(Peer& member, Instant now);
    /// Whether its key may have one now, whatever others may.
    bool may_have(Cost cost, Peer& member, Instant now);
    /// Whether there is room for a session of that key from there, or can be made.
    bool may_begin_session(const wire::MemberId& id, const Source& source);
    void begin_session(Peer::Start start, Instant now);
    /// Has it join the room if it is not in it, as soon as its key, its address and everybody together may
    /// have one more join; then it is admitted. Asked again until that is done.
    void let_in(Peer& member, Instant now, bool is_its_turn = false);
    /// Whether there is memory for a newcomer's roster, and a way to save its join.
    bool may_let_in() const;
    /// It is let in later.
    void wait(Peer& member, Instant until);
    void tell_to_wait(Peer& member);
    /// Gives those who wait for what others had what is there again.
    void serve_lines(Instant now);
    void leave_lines(Peer& member);
    /// It is in the room: it is welcomed, once it is known how far it is in the log and there is memory for
    /// its roster. `is_new` if the newest event is its join.
    void admit(Peer& member, bool is_new, Instant now);
    /// Sends those away whose roster takes too long to arrive.
    void reclaim_rosters(Instant now);
    /// Whether the log has the event at its cursor, as far as that is known without the disk.
    std::optional<bool> is_cursor_true(const Peer::Start& start) const;
    wire::Sequence start_for(const Peer& member, bool is_new) const;
    std::shared_ptr<const std::string> encoded_roster();
    /// It has to wait with what it wants.
    void hold_back(Peer& member);
    /// What is kept for it is on its account.
    void note_bytes(Peer& member);
    /// What its commands and questions wait for may have come.
    void go_on(Peer& member, Instant now);
    /// Whether a packet of a member that has much waiting has to count as lost.
    bool is_over_memory(const Peer& member, const wire::Data& data, std::string_view datagram);
    /// A join or a leave. Of a key one at a time is on its way to the log.
    void submit_membership(const wire::MemberId& member, wire::Command command);
    void submit_leave(const wire::MemberId& member) { submit_membership(member, wire::Leave{}); }
    /// Ends a session and the membership with it.
    void leave(Members::iterator member, wire::CloseFrame::Code code);
    /// Ends a session, whose client comes again.
    void send_away(Members::iterator member, Instant now);
    void end(Members::iterator member, wire::CloseFrame::Code code, std::string_view words);
    std::unique_ptr<Peer> take_out(Members::iterator member);
    Members::iterator find_session(const wire::MemberId& member);

    Options options_;
    Random& random_;
    const Gate& gate_;
    RoomContext& context_;
    Ledger ledger_;
    Handshakes reception_;
    std::array<std::uint8_t, 16> log_id_{};
    Feed feed_;
    Typists typists_{feed_.typists};

    Members members_; ///< as many as limits.sessions says
    std::unordered_map<wire::MemberId, wire::SessionId> by_key_;
    std::unordered_map<wire::MemberId, int> in_flight_; ///< joins and leaves on their way to the log
    WaitingLine joins_{ledger_, Cost::join};
    WaitingLine commands_{ledger_, Cost::command};
    WaitingLine searches_{ledger_, Cost::search};
    Farewells farewells_;
    RosterCache rosters_;
    Instant reclaim_at_{};

    std::vector<LogQuery> queries_; ///< this turn's, two of each member at most
    std::vector<KeptPath> paths_;   ///< this turn's
    Absentees absentees_;

    SendQueue outgoing_;
    std::set<std::pair<Instant, wire::SessionId>> deadlines_; ///< one of each member at most, none too late
    std::uint64_t refused_ = 0;
    std::uint64_t lines_out_ = 0;
};

} // namespace chatd
