// SPDX-License-Identifier: MIT
// Where encrypted members are: the sessions that come of handshakes, and what they get. It knows no sockets
// and no clock; the log is reached through the Desk.
#pragma once

#include "chatd/absentees.hpp"
#include "chatd/desk.hpp"
#include "chatd/feed.hpp"
#include "chatd/reception.hpp"
#include "chatd/session_member.hpp"
#include "common/net/datagram.hpp"
#include "common/session/crypto.hpp"
#include "common/wire/message.hpp"
#include "common/wire/packet.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chatd {

class SessionHall {
  public:
    struct Options {
        Reception::Options reception;
        std::optional<Rate> flood = {}; ///< lines of one member; nothing for no limit
        std::size_t max_members = 4096;
        std::size_t max_history = 50; ///< lines of what was said before that a newcomer gets at most
    };
    /// `identity` is the host's long-term key; `random` must outlive it.
    SessionHall(Options options, const session::KeyPair& identity, session::Random& random, Desk& desk);

    /// See Reception.
    void set_key(std::optional<session::SecretText> key) { reception_.set_key(std::move(key)); }

    void handle_packet(const wire::Packet& packet, const net::Datagram& datagram, Instant now);
    void handle_deadline(Instant now);
    std::optional<Instant> next_deadline() const;

    /// Which log this is, the newest of its events, from `first` on, and where members were; before anything
    /// else.
    void restore(const RoomLog::Id& log_id, wire::Sequence first, std::vector<KeptEvent> events,
                 const std::vector<KeptPath>& paths, Instant now);

    /// Every entry's event as it became durable, in order.
    void append(const KeptEvent& event);
    /// What members need out of the log, and what came of that.
    std::vector<LogQuery> take_queries() { return std::exchange(queries_, {}); }
    void handle_page(const LogPage& page);
    /// Where members are now, or are no more, for the log.
    std::vector<KeptPath> take_paths() { return std::exchange(paths_, {}); }
    /// Says something to everybody, outside the log.
    void notify_all(std::string_view words);
    /// What waited for the log goes on.
    void resume(Instant now);
    /// What became of an encrypted member's entry.
    void handle_settled(const wire::CommittedEntry& committed);
    void handle_joined(const wire::MemberId& member);
    void handle_join_refused(const wire::MemberId& member, std::string_view words);
    void handle_left(const wire::MemberId& member);
    void handle_renamed(const wire::MemberId& member, const text::Name& name);
    /// Its session ends, with a word why.
    void remove(const wire::MemberId& member, wire::CloseFrame::Code code, std::string_view words);
    void close_all(std::string_view words);

    /// The next datagram, valid until end_turn().
    std::optional<net::Outgoing> poll_transmit(Instant now);
    void end_turn();

    /// Everybody who is here, as newcomers are told.
    wire::Roster roster() const;
    const SessionMember* find(const wire::MemberId& member) const;
    std::uint64_t refused_packets() const { return refused_ + reception_.refused_packets(); }

  private:
    struct Datagram {
        net::Path path;
        std::string bytes;
    };
    using Members = std::unordered_map<wire::SessionId, std::unique_ptr<SessionMember>>;

    void handle(const wire::Probe& probe, const net::Datagram& datagram, Instant now);
    void handle(const wire::Hello& hello, const net::Datagram& datagram, Instant now);
    void handle(const wire::JoinRequest& request, const net::Datagram& datagram, Instant now);
    void handle(const wire::Data& data, const net::Datagram& datagram, Instant now);
    /// Says goodbye once more to who has not heard it.
    void answer_stranger(const wire::Data& data, const net::Datagram& datagram);
    bool handle_frame(SessionMember& member, const wire::Frame& frame, Instant now);
    bool handle_find(SessionMember& member, const wire::FindFrame& frame);
    void handle_typing(SessionMember& member, const wire::TypingFrame& frame, Instant now);
    void forget_typist(const wire::MemberId& member);
    void tell_typing(Instant now);
    void tell_presence(const wire::MemberId& id);
    bool is_unreachable(const wire::MemberId& id) const;
    /// It is no member any more, nor waited for.
    void forget(const wire::MemberId& member);
    /// Where it is, once it is sure that it is there.
    void note_path(SessionMember& member);
    /// It may have something to send, and another deadline.
    void touch(SessionMember& member);
    void touch_all();
    void schedule(SessionMember& member);
    /// Hands on the commands whose turn it is.
    void submit_commands(SessionMember& member, Instant now);
    void begin_session(SessionMember::Start start);
    /// `is_new` if the newest event is its join.
    void admit(SessionMember& member, bool is_new);
    wire::Sequence start_for(const SessionMember::Start& start, bool is_new) const;
    std::string words_for(const Room::Settled& settled) const;
    /// Ends a session and the membership with it.
    void leave(Members::iterator member, wire::CloseFrame::Code code);
    void end(Members::iterator member, wire::CloseFrame::Code code, std::string_view words);
    Members::iterator find_session(const wire::MemberId& member);

    Options options_;
    Desk& desk_;
    Reception reception_;
    std::array<std::uint8_t, 16> log_id_{};
    Feed feed_;
    bool is_typing_news_ = false;
    Instant typing_told_{};

    Members members_; ///< at most options_.max_members
    std::unordered_map<wire::MemberId, wire::SessionId> by_key_;

    static constexpr std::size_t max_farewells = 256;
    std::deque<std::pair<wire::SessionId, std::string>> farewells_; ///< the last ones that were said

    std::vector<LogQuery> queries_; ///< this turn's, two of each member at most
    std::vector<KeptPath> paths_;   ///< this turn's
    Absentees absentees_;

    std::deque<Datagram> outgoing_; ///< this turn's
    std::size_t sent_ = 0;
    std::deque<wire::SessionId> ready_; ///< members that may have something to send, each once
    std::set<std::pair<Instant, wire::SessionId>> deadlines_; ///< one of each member at most
    TokenBucket pacer_;
    std::uint64_t refused_ = 0;
};

} // namespace chatd
