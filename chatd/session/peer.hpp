// SPDX-License-Identifier: MIT
// One client's session as the host sees it: how far it is in the log, what of that has arrived, what it is
// owed. It keeps no event: it is shown the ring of them when it may send.
#pragma once

#include "chatd/admission/gate.hpp"
#include "chatd/room/room.hpp"
#include "chatd/room/room_log.hpp"
#include "chatd/session/feed.hpp"
#include "common/base/random.hpp"
#include "common/base/token_bucket.hpp"
#include "common/net/datagram.hpp"
#include "common/session/fragments.hpp"
#include "common/session/session.hpp"
#include "common/wire/frame.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace chatd {

/// Bytes that go out in parts until all of them have arrived.
class Fragmenter {
  public:
    /// Several parcels may share what they carry.
    void load(std::shared_ptr<const std::string> bytes);
    /// The next part that is to be sent.
    struct Part {
        std::uint64_t offset = 0;
        std::string_view bytes;
    };
    std::optional<Part> next() const;
    void mark_sent(std::uint64_t offset) { pending_.erase(offset); }
    void mark_arrived(std::uint64_t offset);
    void mark_lost(std::uint64_t offset);
    /// 0 once all of it has arrived.
    std::uint64_t size() const { return bytes_ ? bytes_->size() : 0; }

  private:
    std::shared_ptr<const std::string> bytes_; ///< until all of it has arrived
    std::set<std::uint64_t> pending_;          ///< offsets
    std::set<std::uint64_t> left_;             ///< offsets that have not arrived
};

class Peer {
  public:
    /// Events that a member may be sent before the oldest of them has arrived; its client buffers twice as
    /// many.
    static constexpr wire::Sequence max_ahead = 512;

    /// Commands that a client sends before it hears what became of the first.
    static constexpr std::uint64_t max_unresolved = 32;

    struct Start {
        std::unique_ptr<session::Session> session;
        net::Path path;
        Source source;        ///< of the path
        std::size_t turn = 0; ///< of the source; see Gate
        wire::MemberId id;
        text::Name name;
        std::uint64_t outbox = 0;
        std::uint64_t attempt = 0;
        bool knows_log = false;    ///< it was welcomed to this log before
        wire::Sequence cursor = 0; ///< the last event of it that the client has; 0 for none
        std::uint64_t mark = 0;    ///< of that event
        std::uint64_t history = 0; ///< lines that it wants to see if it has none
        Instant began{};           ///< when its HELLO came
    };
    explicit Peer(Start start)
        : start_(std::move(start)) {}

    /// What its hall notes down about it.
    bool is_ready = false;       ///< queued to be asked for a datagram
    bool is_unreachable = false; ///< silent for long
    std::optional<Instant> scheduled;
    net::Address noted_peer;     ///< where the log knows it to be
    std::size_t noted_bytes = 0; ///< of waiting_bytes(), that are on its account
    bool is_roster_under_way = false;
    std::optional<bool> is_cursor_true; ///< whether the log has its cursor's event, once that is known
    std::optional<Instant> waits_until; ///< when to ask again whether it may be let in
    /// In which lines it is.
    struct {
        bool join = false;
        bool command = false;
        bool search = false;
    } waits_for;
    bool has_waited = false;        ///< to be let in
    bool is_held_back = false;      ///< has a command or a search that it may not have yet
    bool has_asked_to_join = false; ///< its own join is on its way to the log, or there
    Instant admitted{};
    TokenBucket typing; ///< how often it may say that it types

    const Start& start() const { return start_; }
    void rename(text::Name name) { start_.name = std::move(name); }
    const net::Path& path() const { return start_.path; }
    const Source& source() const { return start_.source; }
    session::Session& session() { return *start_.session; }
    const session::Session& session() const { return *start_.session; }

    /// The join is in the log: it is owed the welcome and the roster, and the events from `welcome.start`.
    void admit(const wire::WelcomeFrame& welcome, std::shared_ptr<const std::string> roster,
               const Feed& feed);
    bool is_admitted() const { return is_admitted_; }
    bool is_roster_arrived() const { return is_admitted_ && roster_.size() == 0; }

    /// Who is typing is to be sent once, or not at all.
    void add_typing() { is_typing_pending_ = true; }
    /// A word of the host's to it; the newest counts.
    void add_notice(std::string words);

    /// The first event that it needs and the feed has no more; nothing while there is none, or an answer is
    /// waited for.
    std::optional<wire::Sequence> take_wanted(const Feed& feed);
    /// Events out of the log.
    void handle_page(const LogPage& page);
    static constexpr std::size_t page_size = 256;
    /// What the client looks for; the newest counts, and is sent again until it is answered.
    void accept(const wire::SearchFrame& frame);
    bool has_looked() const { return finding_ > 0; }
    /// It, if the log was not asked for it yet; else null.
    const LogQuery* wanted_search() const { return search_.get(); }
    void forget_search() { search_.reset(); }
    /// The answer to its search of that number.
    void add_matches(std::uint64_t number, std::string answer);
    /// The log has resolved a command of its outbox.
    void add_result(const Room::Resolved& resolved, std::string reason);
    /// A command of its outbox came, or a part of one. What came before, or is further ahead than a client
    /// sends, is let go. False for a part that can't be one.
    void accept(const wire::CommandFrame& frame);
    bool accept(const wire::PartFrame& part);
    /// Whether none of `frames` is a command, or a part of one, that would have to wait behind others.
    bool is_waited_for(const std::vector<wire::Frame>& frames) const;
    /// Bytes of them that are kept.
    std::size_t waiting_bytes() const { return waiting_bytes_; }
    struct Command {
        std::uint64_t number = 0;
        std::string bytes;
    };
    /// Whether the next command, in the outbox's order, has come whole. One over the flood limit waits; its
    /// author sees that it is not said yet, and sends no more than max_unresolved behind it.
    bool has_command() const { return commands_.contains(last_command_ + 1); }
    Command take_command();

    void handle_acked(const std::vector<session::SentItem>& contents);
    void handle_lost(const std::vector<session::SentItem>& contents);

    /// A genuine packet of `size` came from `path`. If that is new and the packet the newest, the member may
    /// have moved there, or somebody else have sent a copy from there: it is challenged, and until the answer
    /// comes nothing changes (RFC 9000, sections 8.2 and 9.3).
    void handle_path(const net::Path& path, std::size_t size, bool is_newest, Random& random, Instant now);
    /// Where it is, if that answers the challenge; null for anything else. Then it may move() there.
    const net::Path* proven_path(const wire::ResponseFrame& response) const;
    void move();
    void set_source(Source source, std::size_t turn) {
        start_.source = std::move(source);
        start_.turn = turn;
    }
    /// Whose turn it shares; see FairQueue.
    std::size_t turn() const { return start_.turn; }
    void handle_deadline(Instant now) { handle_lost(session().handle_deadline(now)); }

    /// When there is something to do, or to send that may be sent.
    std::optional<Instant> next_deadline() const;
    struct Datagram {
        net::Path path;
        std::string bytes;
    };
    /// The next datagram for it. Counts the lines in it.
    std::optional<Datagram> poll_transmit(const Feed& feed, Instant now, std::uint64_t& lines);
    /// Bytes of memory, about; without the roster, which members share.
    std::size_t memory() const;

  private:
    struct Result {
        Room::Resolved resolved;
        std::string reason;
    };

    void fill(const Feed& feed, session::PacketBuilder& packet);
    bool put_welcome(session::PacketBuilder& packet);
    bool put_new_events(const Feed& feed, session::PacketBuilder& packet);
    bool put_parts(const Feed& feed, session::PacketBuilder& packet);
    void put_presences(const EventCache& ring, session::PacketBuilder& packet);
    void put_found(session::PacketBuilder& packet);
    void put_notice(session::PacketBuilder& packet);
    void put_typing(const std::vector<Typist>& typists, session::PacketBuilder& packet);
    void put_oldest_events(const Feed& feed, session::PacketBuilder& packet);
    wire::Sequence put_events(const Feed& feed, wire::Sequence first, wire::Sequence end,
                              session::PacketBuilder& packet);
    /// As this member may see it; empty for nothing to see. Nothing for one that has to be read from the log.
    std::optional<std::string_view> event_at(const Feed& feed, wire::Sequence sequence) const;
    void owe(const session::SentItem& content);
    void mark_arrived(wire::Sequence sequence);
    void forget_command(std::uint64_t number);
    void forget_assembly(std::uint64_t number);

    Start start_;
    bool is_admitted_ = false;
    wire::WelcomeFrame welcome_;
    std::string welcome_name_; ///< as of then: it may be called something else by the time that this arrives
    bool is_welcome_pending_ = false;
    Fragmenter roster_;
    std::uint64_t finding_ = 0; ///< the number of what was asked for last
    std::unique_ptr<LogQuery> search_;
    Fragmenter found_;
    std::map<std::uint64_t, Result> results_; ///< that have not arrived, by number; at most max_unresolved
    std::set<std::uint64_t> results_pending_;
    wire::Sequence next_ = 0;          ///< the first event that was never sent
    wire::Sequence floor_ = 0;         ///< all before it have arrived
    std::set<wire::Sequence> arrived_; ///< behind the floor, within max_ahead
    std::set<wire::Sequence> pending_; ///< lost, to be sent again
    /// Of events that go out in parts, by sequence and offset: what has not arrived, and what is to be sent.
    std::set<std::pair<wire::Sequence, std::uint64_t>> parts_left_;
    std::set<std::pair<wire::Sequence, std::uint64_t>> parts_pending_;
    wire::Sequence next_presence_ = 0;          ///< the first change that was never sent
    std::set<wire::Sequence> presence_pending_; ///< lost, to be sent again
    std::uint64_t lines_sent_ = 0;              ///< in the packet that is being filled
    bool is_typing_pending_ = false;
    bool is_notice_pending_ = false;
    std::string notice_;
    std::map<wire::Sequence, std::string> past_; ///< out of the log, at most page_size
    wire::Sequence past_begin_ = 0;              ///< what past_ covers
    wire::Sequence past_end_ = 0;
    bool is_page_asked_ = false;
    std::map<std::uint64_t, std::string> commands_; ///< behind last_command_, within max_unresolved of it
    std::map<std::uint64_t, session::Reassembly> assemblies_; ///< the same
    std::size_t waiting_bytes_ = 0;                           ///< of both
    std::uint64_t last_command_ = 0;
    bool is_ping_pending_ = false; ///< so that what is known of the way is measured anew
    /// Where it may be, but has not shown to be.
    struct Candidate {
        net::Path path;
        std::uint64_t token = 0;
        std::size_t credit = 0; ///< bytes that may be sent there
        Instant ask_at{};
    };
    std::unique_ptr<Candidate> candidate_; ///< seldom there
};

} // namespace chatd
