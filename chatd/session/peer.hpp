// SPDX-License-Identifier: MIT
// One client's session as the host sees it: what it is owed, a stream for each kind of thing, the commands
// that came from it, and where it is.
#pragma once

#include "chatd/admission/gate.hpp"
#include "chatd/room/room.hpp"
#include "chatd/room/room_log.hpp"
#include "chatd/session/command_inbox.hpp"
#include "chatd/session/feed.hpp"
#include "chatd/session/path_validation.hpp"
#include "chatd/session/streams/event_stream.hpp"
#include "chatd/session/streams/match_stream.hpp"
#include "chatd/session/streams/notice_stream.hpp"
#include "chatd/session/streams/presence_stream.hpp"
#include "chatd/session/streams/result_stream.hpp"
#include "chatd/session/streams/roster_stream.hpp"
#include "chatd/session/streams/typing_stream.hpp"
#include "chatd/session/streams/welcome_stream.hpp"
#include "common/base/random.hpp"
#include "common/base/token_bucket.hpp"
#include "common/net/datagram.hpp"
#include "common/session/session.hpp"
#include "common/wire/frame.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace chatd {

class Peer {
  public:
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

    /// Notes of Sessions about it.
    bool is_ready = false; ///< queued to be asked for a datagram
    std::optional<Instant> scheduled;
    std::size_t noted_bytes = 0; ///< of waiting_bytes(), that are on its account
    /// Of Memberships.
    net::Address noted_peer; ///< where the log knows it to be
    /// Of the Lobby.
    std::optional<bool> is_cursor_true; ///< whether the log has its cursor's event, once that is known
    std::optional<Instant> waits_until; ///< when to ask again whether it may be let in
    bool has_waited = false;
    bool has_asked_to_join = false; ///< its own join is on its way to the log, or there
    wire::Sequence joined_at = 0;   ///< that join, once it is there
    bool is_roster_under_way = false;
    Instant admitted{};
    /// In which lines it is: the Lobby's, and those of the Intake.
    struct {
        bool join = false;
        bool command = false;
        bool search = false;
    } waits_for;
    /// Of the Intake.
    bool is_held_back = false; ///< has a command or a search that it may not have yet
    /// Of the session server.
    bool is_unreachable = false; ///< silent for long
    TokenBucket typing;          ///< how often it may say that it types

    const Start& start() const { return start_; }
    void rename(text::Name name) { start_.name = std::move(name); }
    const net::Path& path() const { return start_.path; }
    const Source& source() const { return start_.source; }
    session::Session& session() { return *start_.session; }
    const session::Session& session() const { return *start_.session; }

    /// The join is in the log: it is owed the welcome and the roster, and the events from `welcome.start`.
    void admit(const wire::WelcomeFrame& welcome, std::shared_ptr<const std::string> roster,
               const Feed& feed);
    bool is_admitted() const { return stream<WelcomeStream>().has_begun(); }
    bool is_roster_arrived() const { return is_admitted() && stream<RosterStream>().has_arrived(); }

    /// Who is typing is to be sent once, or not at all.
    void add_typing() { stream<TypingStream>().add(); }
    /// A word of the host's to it; the newest counts.
    void add_notice(std::string words) { stream<NoticeStream>().set(std::move(words)); }

    /// The first event that it needs and the feed has no more; nothing while there is none, or an answer is
    /// waited for.
    std::optional<wire::Sequence> take_wanted(const Feed& feed);
    /// Events out of the log.
    void handle_page(const LogPage& page) { stream<EventStream>().handle_page(page, start_.id); }
    static constexpr std::size_t page_size = EventStream::page_size;
    /// What the client looks for; the newest counts, and is sent again until it is answered.
    void accept(const wire::SearchFrame& frame);
    bool has_looked() const { return stream<MatchStream>().number() > 0; }
    /// It, if the log was not asked for it yet; else null.
    const LogQuery* wanted_search() const { return search_.get(); }
    void forget_search() { search_.reset(); }
    /// The answer to its search of that number.
    void add_matches(std::uint64_t number, std::string answer) {
        stream<MatchStream>().add(number, std::move(answer));
    }
    /// The log has resolved a command of its outbox.
    void add_result(const Room::Resolved& resolved, std::string reason);
    /// A command of its outbox came, or a part of one; see CommandInbox. What comes before the member is
    /// admitted is let go: it will be sent again.
    void accept(const wire::CommandFrame& frame);
    bool accept(const wire::PartFrame& part);
    bool is_waited_for(const std::vector<wire::Frame>& frames) const { return inbox_.is_waited_for(frames); }
    /// Bytes of them that are kept.
    std::size_t waiting_bytes() const { return inbox_.size(); }
    /// Whether the next command, in the outbox's order, has come whole. One over the flood limit waits; its
    /// author sees that it is not said yet, and sends only so many behind it.
    bool has_command() const { return inbox_.has_next(); }
    CommandInbox::Command take_command() { return inbox_.take_next(); }

    void handle_acked(const std::vector<session::SentItem>& items);
    void handle_lost(const std::vector<session::SentItem>& items);

    /// A genuine packet of `size` came from `path`; see PathValidation.
    void handle_path(const net::Path& path, std::size_t size, bool is_newest, Random& random, Instant now) {
        validation_.handle_packet(start_.path, path, size, is_newest, random, now);
    }
    /// Whether that answers the challenge that was sent there. Then it may move() there, or has to stay().
    bool is_proven(const net::Path& path, const wire::ResponseFrame& response) const {
        return validation_.is_proven(path, response.token);
    }
    void move();
    void stay() { validation_.end(); }
    void set_source(Source source, std::size_t turn) {
        start_.source = std::move(source);
        start_.turn = turn;
    }
    /// Whose turn it shares; see FairQueue.
    std::size_t turn() const { return start_.turn; }
    void handle_deadline(Instant now) { handle_lost(session().handle_deadline(now)); }

    /// When there is something to do, or to send that may be sent.
    std::optional<Instant> next_deadline() const;
    /// The next datagram for it. Counts the lines in it.
    std::optional<net::OwnedDatagram> poll_transmit(const Feed& feed, Instant now, std::uint64_t& lines);
    /// Bytes of memory, about; without the roster, which members share.
    std::size_t memory() const;

  private:
    /// What it is owed, in the order in which it is sent. The kind of an item is its stream's place here.
    using Streams = std::tuple<NoticeStream, WelcomeStream, ResultStream, RosterStream, EventStream,
                               PresenceStream, MatchStream, TypingStream>;

    template<Stream Kind>
    Kind& stream() {
        return std::get<Kind>(streams_);
    }
    template<Stream Kind>
    const Kind& stream() const {
        return std::get<Kind>(streams_);
    }
    /// Calls `handle` with the stream that `item` is of.
    template<class Handle>
    void with_stream_of(const session::SentItem& item, Handle&& handle);
    void fill(Outgoing& out);

    Start start_;
    Streams streams_;
    CommandInbox inbox_{ResultStream::max_unresolved};
    std::unique_ptr<LogQuery> search_;
    bool is_ping_pending_ = false; ///< so that what is known of the way is measured anew
    PathValidation validation_;
};

} // namespace chatd
