// SPDX-License-Identifier: MIT
// The daemon without I/O. Datagrams, committed entries and a time go in; entries to append, datagrams to
// send, notices for the admin and the next deadline come out. It knows nothing of sockets, disks, terminals
// or clocks.
//
// A turn, as server runs it: handle_*() for all that is there; take_entries() into the log;
// handle_committed() for what became durable; poll_transmit() until there is no more; end_turn().
#pragma once

#include "chatd/desk.hpp"
#include "chatd/gate.hpp"
#include "chatd/member.hpp"
#include "chatd/room.hpp"
#include "chatd/session_hall.hpp"
#include "chatd/words.hpp"
#include "common/net/datagram.hpp"
#include "common/time.hpp"
#include "common/wire/classic.hpp"
#include "common/wire/event.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chatd {

struct Counters {
    std::uint64_t lines_in = 0;
    std::uint64_t lines_out = 0;   ///< datagrams with room traffic
    std::uint64_t ignored = 0;     ///< datagrams that are no request
    std::uint64_t refused = 0;     ///< requests that were
    std::uint64_t held_back = 0;   ///< datagrams past a source's rate, unread
    std::uint64_t delayed = 0;     ///< lines over the flood limit that waited
    std::uint64_t withheld = 0;    ///< lines not sent to members that never spoke
    std::uint64_t unreachable = 0; ///< ICMP port unreachable of members
    std::uint64_t unsent = 0;      ///< datagrams that the network interface did not take
    std::size_t peak_members = 0;
};

class Hub final : private Desk {
  public:
    /// Lines that wait their turn, a member.
    static constexpr std::size_t max_waiting = 20;
    /// Classic members from one address, but for the host's own machine.
    static constexpr std::size_t max_members_per_host = 8;

    struct Options {
        ClassicAccess classic = ClassicAccess::lan;
        std::size_t classic_max = 1000;
        std::optional<Rate> flood = Rate{10, 5}; ///< lines of one member; nothing for no limit
        Words words;
        std::string room = "room"; ///< names, as probes are told
        std::string host = "host";
        session::KeyPair identity; ///< the host's long-term key
        /// Who joins must know it, and nobody joins with the classic protocol.
        std::optional<std::string> key = {};
        std::size_t history = 50;        ///< lines of what was said before, for newcomers
        std::size_t classic_history = 0; ///< the same, for classic ones
    };

    /// `random` must outlive it.
    Hub(Options options, session::Random& random);
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    /// The room as the log has it; before anything else. Throws std::runtime_error if the log makes no sense.
    void restore(const RoomLog& log, Instant now);

    /// The networks of the host's interfaces, now and whenever they change.
    void set_prefixes(std::vector<net::Prefix> prefixes) { gate_.set_prefixes(std::move(prefixes)); }

    /// A key for the room, or none. Members with sessions stay; classic ones have to go when there is one.
    void set_key(std::optional<std::string> key);

    void handle_datagram(const net::Datagram& datagram, Instant now);
    void handle_port_unreachable(const net::Address& peer, Instant now);
    void handle_committed(const wire::CommittedEntry& committed, Instant now);
    void handle_deadline(Instant now);
    /// When handle_deadline() has something to do.
    std::optional<Instant> next_deadline() const;

    /// The admin's line to everybody. Returns to how many; nothing if there is no text in it.
    std::optional<std::size_t> shout(std::string_view text);
    /// Removes who is called so; returns the name and address as they are. Nothing if nobody is.
    std::optional<std::string> kick(std::string_view name, std::string_view reason);
    /// Says what the room is about; empty for nothing.
    void set_topic(std::string_view text);
    /// Says goodbye to everybody. Nothing is handled after that.
    void close();

    /// What is to be appended to the log, in order, as of `time`.
    std::vector<wire::Entry> take_entries(WallTime time);
    std::vector<Notice> take_notices();

    /// What the log is to keep beside the entries, now that those have been handled.
    std::vector<KeptEvent> take_kept() { return std::exchange(kept_, {}); }
    /// Once in a while, and always if `is_last`: the room as of the last entry.
    std::optional<LogSnapshot> take_snapshot(bool is_last = false);
    std::vector<LogQuery> take_queries() { return hall_.take_queries(); }
    void handle_page(const LogPage& page) { hall_.handle_page(page); }
    /// How the log is: what its oldest entry is, and what keeps it from saving, if anything does.
    void handle_log_state(wire::Sequence oldest, const std::optional<std::string>& fault, Instant now);

    /// The next datagram to send, valid until end_turn(). Hand in nothing else until there are no more.
    std::optional<net::Outgoing> poll_transmit(Instant now);
    void end_turn();
    /// Says that so many of the datagrams could not be sent.
    void count_unsent(std::size_t count) { counters_.unsent += count; }

    struct Presence {
        text::Name name;
        net::Address address;
        Duration idle;
        std::size_t lines_waiting;
        bool is_classic;
        bool is_away;
        bool is_unreachable;
        std::optional<Duration> rtt;
    };
    /// Who is here, by name.
    std::vector<Presence> presences(Instant now) const;
    std::size_t member_count() const { return room_.roster().size(); }
    const Counters& counters() const { return counters_; }
    /// Packets of the encrypted protocol that were forged, stale or one too many.
    std::uint64_t refused_packets() const { return hall_.refused_packets(); }

  private:
    using Members = std::unordered_map<net::Address, ClassicMember>;

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
    std::string words_for(wire::Refusal::Reason reason, const text::Name& name) const;

    void apply(const wire::Joined& event, Instant now);
    void apply(const wire::Left& event, Instant now);
    void apply(const wire::Said& event, Instant now);
    void apply(const wire::Whispered& event, Instant now);
    void apply(const wire::Renamed& event, Instant now);
    void apply(const wire::AwaySet& event, Instant now);
    void apply(const wire::TopicSet& event, Instant now);
    void apply(const wire::Shouted& event, Instant now);
    void apply(const wire::Kicked& event, Instant now);
    void apply(const wire::Refusal& refusal, const wire::Command& command);

    void submit(wire::Entry entry) override { entries_.push_back(std::move(entry)); }
    void submit(const wire::MemberId& author, wire::Command command);
    void notice(Notice notice) override { notices_.push_back(std::move(notice)); }
    void dismiss(const ClassicMember& member, std::string_view words);
    const Room& room() const override { return room_; }
    const Words& words() const override { return options_.words; }
    bool can_save() const override { return !log_fault_; }
    wire::Sequence oldest_kept() const override { return oldest_kept_; }
    void say_in_turn(ClassicMember& member, wire::Command command, const net::Datagram& datagram,
                     Instant now);
    void broadcast(const wire::MemberId& author, std::string_view pattern, std::string_view name,
                   std::string_view text = {});
    void remember_line(const KeptEvent& event);
    void refuse(const net::Datagram& datagram, std::string_view words, Instant now);
    void reply(const net::Path& path, bool ends_lines, std::string_view bytes);
    void tell(const ClassicMember& member, std::string_view words);
    void notice(Level level, std::string_view keyword, std::string_view subject, std::string detail);

    std::string address_of(const wire::MemberId& id) const;
    ClassicMember* find_member(const wire::MemberId& id);
    void forget_member(const wire::MemberId& id);
    std::size_t members_from(const net::Address& source) const;

    Options options_;
    Gate gate_;
    Room room_;
    SessionHall hall_;
    Members members_;                                               ///< at most options_.classic_max
    std::unordered_map<wire::MemberId, net::Address> addresses_;    ///< of members_
    std::unordered_map<wire::MemberId, PendingJoin> joining_;       ///< counted with members_
    std::unordered_map<net::Address, wire::MemberId> joining_from_; ///< of joining_
    std::map<wire::MemberId, net::Address> waiting_;                ///< members with lines waiting
    std::uint64_t next_classic_number_ = 1;
    wire::Sequence applied_ = 0;     ///< the last entry that was handled
    wire::Sequence snapshot_at_ = 0; ///< the last one that a snapshot was taken of
    wire::Sequence oldest_kept_ = 1;
    std::optional<std::string> log_fault_;
    std::deque<std::string> last_lines_; ///< as classic members get them, at most options_.classic_history

    // This turn's.
    std::vector<wire::Entry> entries_;
    std::vector<Notice> notices_;
    std::vector<KeptEvent> kept_;
    std::vector<Reply> replies_;
    std::vector<Line> lines_;
    std::unordered_map<wire::MemberId, std::size_t> first_line_; ///< of members that joined in this turn
    struct TransmitCursor {
        std::size_t reply = 0;
        bool has_begun = false;
        Members::iterator member;
        std::size_t line = 0;
    } cursor_;

    Counters counters_;
};

} // namespace chatd
