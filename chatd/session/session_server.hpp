// SPDX-License-Identifier: MIT
// Where encrypted members are: the sessions that come of handshakes, and what they get. It knows no sockets
// and no clock; the log is reached through the RoomContext.
#pragma once

#include "chatd/admission/gate.hpp"
#include "chatd/admission/ledger.hpp"
#include "chatd/room/context.hpp"
#include "chatd/session/farewells.hpp"
#include "chatd/session/feed.hpp"
#include "chatd/session/handshakes.hpp"
#include "chatd/session/intake.hpp"
#include "chatd/session/lobby.hpp"
#include "chatd/session/memberships.hpp"
#include "chatd/session/peer.hpp"
#include "chatd/session/sessions.hpp"
#include "chatd/session/typists.hpp"
#include "common/base/random.hpp"
#include "common/net/datagram.hpp"
#include "common/session/crypto.hpp"
#include "common/wire/message.hpp"
#include "common/wire/packet.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace chatd {

class SessionServer {
  public:
    struct Options {
        Handshakes::Options handshakes;
        std::optional<Rate> flood = {}; ///< lines of one member; nothing for no limit
        std::size_t max_history = 50;   ///< lines of what was said before that a newcomer gets at most
        Limits limits = {};
    };
    /// `identity` is the host's long-term key; the others must outlive it.
    SessionServer(Options options, const session::KeyPair& identity, Random& random, const Gate& gate,
                  RoomContext& context);

    /// See Handshakes. A client that is not in the room yet has to begin anew.
    void set_password(std::optional<SecretText> password);

    void handle_packet(const wire::Packet& packet, const net::Datagram& datagram, Instant now);
    void handle_deadline(Instant now);
    std::optional<Instant> next_deadline() const;

    /// Which log this is, the newest of its events, from `first` on, and where members were; before anything
    /// else.
    void restore(const LogId& log_id, wire::Sequence first, std::vector<KeptEvent> events,
                 const std::vector<KeptPath>& paths, Instant now);

    /// Every entry's event as it became durable, in order.
    void append(const KeptEvent& event);
    /// What a member has asked the log for.
    void handle_page(const LogPage& page, Instant now);
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
    wire::Roster roster() const { return memberships_.roster(); }
    const Peer* find(const wire::MemberId& member) const { return sessions_.find(member); }
    std::uint64_t refused_packets() const { return refused_ + handshakes_.refused_packets(); }
    std::uint64_t limits_met() const { return ledger_.limits_met(); }
    std::uint64_t delayed() const { return intake_.delayed(); }
    std::uint64_t lines_out() const { return lines_out_; }
    /// Bytes of memory that members and those who want to be some cost, about.
    std::size_t memory() const;
    /// Keys that get the room's lines.
    std::vector<wire::MemberId> admitted() const;
    /// Whether it is known here why that key is in the room: it has a session, is waited for, or its join or
    /// leave is on the way to the log.
    bool accounts_for(const wire::MemberId& member) const;

  private:
    void handle(const wire::Probe& probe, const net::Datagram& datagram, Instant now);
    void handle(const wire::Hello& hello, const net::Datagram& datagram, Instant now);
    void handle(const wire::JoinRequest& request, const net::Datagram& datagram, Instant now);
    void handle(const wire::Data& data, const net::Datagram& datagram, Instant now);
    bool handle_frame(Peer& member, const wire::Frame& frame, Instant now);
    void handle_response(Peer& member, const wire::ResponseFrame& response, const net::Path& path,
                         Instant now);
    void handle_typing(Peer& member, const wire::TypingFrame& frame, Instant now);
    void handle_deadline(Peer& member, Instant now);
    void tell_typing(Instant now);
    void set_reachable(Peer& member);
    /// When something has to be done for it, if nothing comes before.
    Instant due(const Peer& member) const;
    /// Whether there is room for a session of that key from there, or can be made.
    bool may_begin_session(const wire::MemberId& id, const Source& source);
    void begin_session(Peer::Start start, Instant now);
    void let_in(Peer& member, Instant now);
    void send_overdue_away(Instant now);
    /// Ends a session and the membership with it.
    void leave(Peer& member, wire::CloseFrame::Code code);
    /// Ends a session, whose client comes again.
    void send_away(Peer& member, Instant now);
    void end(Peer& member, wire::CloseFrame::Code code, std::string_view words);
    std::unique_ptr<Peer> take_out(Peer& member);

    Options options_;
    Random& random_;
    const Gate& gate_;
    RoomContext& context_;
    Ledger ledger_;
    Handshakes handshakes_;
    Feed feed_;
    Typists typists_{feed_.typists};
    Sessions sessions_{ledger_};
    Memberships memberships_{context_, sessions_, feed_};
    Lobby lobby_;
    Intake intake_;
    Farewells farewells_;
    std::uint64_t refused_ = 0;
    std::uint64_t lines_out_ = 0;
};

} // namespace chatd
