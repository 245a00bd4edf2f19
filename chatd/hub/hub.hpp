// SPDX-License-Identifier: MIT
// The daemon without I/O. Datagrams, committed entries and a time go in; entries to append, datagrams to
// send, notices for the admin and the next deadline come out. It knows nothing of sockets, disks, terminals
// or clocks.
//
// In a turn everything that has come in is handed over by handle_*(); then run_turn() does the rest
// (turn.hpp).
#pragma once

#include "chatd/admission/gate.hpp"
#include "chatd/classic/classic_server.hpp"
#include "chatd/room/context.hpp"
#include "chatd/room/counters.hpp"
#include "chatd/room/messages.hpp"
#include "chatd/room/room_log.hpp"
#include "chatd/session/session_server.hpp"
#include "common/base/random.hpp"
#include "common/base/time.hpp"
#include "common/net/datagram.hpp"
#include "common/wire/event.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

class Hub {
  public:
    struct Options {
        ClassicAccess classic = ClassicAccess::lan;
        std::size_t classic_max = 1000;
        std::optional<Rate> flood = Rate{10, 5}; ///< lines of one member; empty: no limit
        Messages words;
        std::string room = "room"; ///< both are names that probes are answered with
        std::string host = "host";
        session::KeyPair identity; ///< the host's long-term key
        /// A member must know it to join, and none can join with the classic protocol; empty if there is
        /// none.
        std::optional<SecretText> password = {};
        std::size_t history = 50;        ///< earlier lines that a newcomer is sent
        std::size_t classic_history = 0; ///< earlier lines that a classic newcomer is sent
        Limits limits = {};
        /// How long a name is kept for its key; 0: it is not.
        std::chrono::seconds names_for = std::chrono::hours(24) * 30;
    };

    /// `random` must outlive it.
    Hub(Options options, Random& random);
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    /// Takes the room from the log, before anything else. Throws std::runtime_error if the log makes no
    /// sense.
    void restore(const RoomLog& log, Instant now);

    /// The networks of the host's interfaces, now and whenever they change.
    void set_prefixes(std::vector<net::Prefix> prefixes) { gate_.set_prefixes(std::move(prefixes)); }

    /// Gives the room a password, or takes it away. Peers stay; classic members have to go when there is one.
    void set_password(std::optional<SecretText> password);

    void handle_datagram(const net::Datagram& datagram, Instant now);
    /// ICMP says that nobody listens there, and quotes the beginning of a datagram.
    void handle_port_unreachable(const net::Address& peer, std::string_view quote, Instant now);
    void handle_committed(const wire::CommittedEntry& committed, Instant now);
    void handle_deadline(Instant now);
    /// When handle_deadline() is to be called; empty if it need not be.
    std::optional<Instant> next_deadline() const;

    /// Sends the admin's line to everybody and returns to how many. Empty if there is no text in it.
    std::optional<std::size_t> shout(std::string_view text);
    /// Removes the member of that name; returns its name and address. Empty if nobody has the name.
    std::optional<std::string> kick(std::string_view name, std::string_view reason);
    /// Frees a name that is kept for somebody. Empty if it is kept for nobody.
    struct Freed {
        text::Name name;
        std::string fingerprint; ///< of the key that it was kept for
    };
    std::optional<Freed> free_name(const text::Name& name);
    /// Names that are kept for somebody, those that were left last first; at most so many.
    std::vector<People::Kept> kept_names(std::size_t most) const {
        return context_.room().people().kept(most);
    }
    std::size_t kept_count() const { return context_.room().people().kept_count(); }
    /// The name of the member that has this one, or one that looks like it; empty if nobody has.
    std::optional<text::Name> find_name(const text::Name& name) const;
    /// Sets the topic; an empty text takes it away.
    void set_topic(std::string_view text);
    /// Says goodbye to everybody, until has_said_goodbye(). Nothing else is handled after that.
    void close(Instant now);
    bool has_said_goodbye() const { return sessions_.has_said_goodbye(); }

    /// The entries to append to the log, in order. Their time is `time`, or that of the newest entry if it is
    /// later: the log's time never goes back.
    std::vector<wire::Entry> drain_entries(WallTime time) { return context_.drain_entries(time); }
    std::vector<Notice> drain_notices() { return context_.drain_notices(); }

    /// The events that the log is to keep beside the entries, now that the entries have been handled.
    std::vector<KeptEvent> drain_kept() { return std::exchange(kept_, {}); }
    /// The room as of the last entry: once in a while, and always if `is_last`; else empty.
    std::optional<LogSnapshot> take_snapshot(bool is_last = false);
    std::vector<KeptPath> drain_paths() { return context_.drain_paths(); }
    std::vector<LogQuery> drain_queries() { return context_.drain_queries(); }
    void handle_page(const LogPage& page, Instant now) { sessions_.handle_page(page, now); }
    /// Tells the log's oldest entry, and the fault that keeps it from saving, if there is one.
    void handle_log_state(wire::Sequence oldest, const std::optional<std::string>& fault, Instant now);

    /// The next datagram to send, valid until end_turn(). Hand in nothing else until there are no more.
    std::optional<net::Outgoing> poll_transmit(Instant now);
    void end_turn();
    /// Says that so many of the datagrams could not be sent.
    void count_unsent(std::size_t count) { counters_.unsent += count; }

    struct Presence {
        text::Name name;
        std::optional<net::Address> address; ///< empty if the member has not come back since the host started
        std::optional<Duration> idle;        ///< empty then, too
        std::size_t lines_waiting;
        bool is_classic;
        bool is_away;
        bool is_unreachable;
        std::optional<Duration> rtt;
    };
    /// The members, by name.
    std::vector<Presence> presences(Instant now) const;
    std::size_t member_count() const { return context_.room().roster().size(); }
    const Counters& counters() const { return counters_; }
    /// Lines that were sent to members with a session.
    std::uint64_t session_lines_out() const { return sessions_.lines_out(); }
    /// Lines that waited since their author was over the flood limit.
    std::uint64_t delayed() const { return counters_.delayed + sessions_.delayed(); }
    /// How often somebody had to wait or was refused by one of the Limits.
    std::uint64_t limits_met() const { return counters_.limits_met + sessions_.limits_met(); }
    /// The time of the newest entry.
    WallTime newest_time() const { return context_.room().time(); }
    /// Bytes of memory, about, for members, for those who want to join, and for those who have left.
    std::size_t memory() const {
        return sessions_.memory() + classic_.memory() + context_.room().people().memory();
    }
    /// Whether everybody who gets the room's lines is in its roster under a name of its own, and everybody in
    /// the roster has a session or is waited for. True between two turns.
    bool is_consistent() const;
    /// Packets of chat/1 that were forged, stale or over a limit.
    std::uint64_t refused_packets() const { return sessions_.refused_packets(); }

  private:
    void apply(const wire::Joined& event, Instant now);
    void apply(const wire::Left& event, Instant now);
    void apply(const wire::Said& event, Instant now);
    void apply(const wire::Whispered& event, Instant now);
    void apply(const wire::Renamed& event, Instant now);
    void apply(const wire::AwaySet& event, Instant now);
    void apply(const wire::TopicSet& event, Instant now);
    void apply(const wire::Shouted& event, Instant now);
    void apply(const wire::Kicked& event, Instant now);
    void apply(const wire::Refusal& refusal, const wire::Entry& entry, Instant now);

    void notice(Level level, std::string_view keyword, std::string_view subject, std::string detail);

    /// Keeps a removed member from coming back under a new key.
    void bar(const wire::MemberId& id, Instant now);
    /// Null if the member is not connected.
    const net::Path* path_of(const wire::MemberId& id) const;
    std::string address_of(const wire::MemberId& id) const;

    Options options_;
    RoomContext context_;
    Counters counters_;
    Gate gate_;
    SessionServer sessions_;
    ClassicServer classic_;
    wire::Sequence applied_ = 0;     ///< the last entry that was handled
    wire::Sequence snapshot_at_ = 0; ///< the last entry that a snapshot was taken at
    bool is_closing_ = false;

    // Of this turn.
    std::vector<KeptEvent> kept_;
};

} // namespace chatd
