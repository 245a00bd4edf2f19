// SPDX-License-Identifier: MIT
// A room in virtual time: the shipped hub, its log, and shipped links, over a network that loses, doubles,
// delays and so reorders, all by one seed. The invariants are checked as every datagram arrives, not at the
// end.
#pragma once

#include "chat/link/classic_client.hpp"
#include "chat/link/session_client.hpp"
#include "chat/model/model.hpp"
#include "chatd/hub/hub.hpp"
#include "chatd/hub/turn.hpp"
#include "chatd/log/memory_log.hpp"
#include "chatd/room/room.hpp"
#include "tests/support/seeded_random.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace sim {

struct Network {
    double loss = 0;
    double duplication = 0;
    double corruption = 0; ///< of a byte in a datagram that arrives
    Duration shortest_delay = std::chrono::milliseconds(1);
    Duration longest_delay = std::chrono::milliseconds(1); ///< longer than the shortest: datagrams overtake
    /// What the host's cable takes, and what waits before it; what does not fit there is lost. 0 for no
    /// limit.
    std::size_t bytes_per_second = 0;
    std::size_t queue_bytes = 64 * std::size_t{1024};
    bool is_lossless() const { return loss == 0 && duplication == 0 && bytes_per_second == 0; }
    bool keeps_order() const { return shortest_delay == longest_delay; }
};

/// Somebody whose conduct is a test's own: a hostile member, a forger, a victim that only counts.
class Actor {
  public:
    virtual ~Actor() = default;
    /// Something of the host's came to one of its addresses.
    virtual void handle_datagram(const net::Address& at, std::string_view bytes) = 0;
};

class World {
  public:
    World(std::uint64_t seed, Network network, chatd::Hub::Options options);

    /// A member that joins now. Returns its index.
    std::size_t add_member(const std::string& name);
    /// The same with an encrypted session; its key is its index's.
    std::size_t add_session_member(const std::string& name, std::optional<std::string> password = {},
                                   std::size_t history = 0);
    void change(Network network) { network_ = network; }
    /// Members that come from now on have a screen, too.
    void give_screens() { has_screens_ = true; }
    /// Nothing goes to or comes from it while it is silenced.
    void silence(std::size_t member, bool is_silent) { members_[member]->is_silent = is_silent; }
    /// Nothing comes to it while it is deaf; what it says arrives.
    void deafen(std::size_t member, bool is_deaf) { members_[member]->is_deaf = is_deaf; }
    /// It sends from another address from now on, and the old one is nobody's.
    void move(std::size_t member);
    void say(std::size_t member, const std::string& text);
    /// Returns its id.
    chat::LineId submit(std::size_t member, wire::Command command);
    void show_typing(std::size_t member, bool is_typing);
    void find(std::size_t member, wire::Sequence before, const std::string& needle);
    void quit(std::size_t member);
    /// Its process dies: nothing is said, and its port answers with ICMP errors from now on.
    void kill(std::size_t member);
    /// Its process dies, and another one of the same user begins, with what the first has kept.
    void restart(std::size_t member);
    void shout(const std::string& text) { hub().shout(text); }

    /// What is appended is durable after so long.
    void slow_disk(Duration delay);
    /// Where a host's end, without a word, finds what it was about to save.
    enum class Crash { before_commit, after_commit };
    void crash_host(Crash when);
    /// The next host's room has that password, or none.
    void set_next_password(std::optional<std::string> password) { options_.password = std::move(password); }
    /// Another one begins with what is durable.
    void start_host();
    bool is_host_up() const { return hub_ != nullptr; }
    chatd::MemoryLog copy_log() const { return log_; }
    /// The log is an older copy from here on; while the host is down.
    void put_back(chatd::MemoryLog copy) { log_ = std::move(copy); }
    /// A datagram from an address that is nobody's.
    void forge(const std::string& bytes);

    /// What comes to `at` is the actor's from now on; it must outlive the world, or leave() it.
    void settle(Actor& actor, const net::Address& at);
    void leave(const Actor& actor);
    /// A datagram to the host that says it is from `source`. Unless that is the actor's it proves nothing.
    void send_as(const Actor& actor, const net::Address& source, std::string bytes, bool comes_first = false);
    /// A datagram to a member that says it is from the host; it overtakes the others.
    void forge_to(std::size_t member, std::string bytes);
    /// An ICMP error, for the host or for a member, about nothing that they sent.
    void forge_icmp(const net::Address& peer);
    void forge_icmp_to(std::size_t member);
    /// Shown every datagram that leaves a member or the host, before anything happens to it.
    using Tap = std::function<void(bool to_hub, const net::Address& peer, const std::string& bytes)>;
    void tap(Tap tap) { tap_ = std::move(tap); }
    /// Lines reach each member that is there in this time; checked as they do.
    void expect_lines_within(Duration bound) { line_bound_ = bound; }
    Instant now() const { return now_; }
    /// That the log was asked for.
    std::size_t searches() const { return searches_; }
    WallTime wall_time() const;

    /// Lets virtual time pass.
    void run(Duration duration);

    struct Member {
        net::Address address;
        std::string name;
        std::unique_ptr<chat::Link> link; ///< none once it is dead
        std::shared_ptr<chat::ResumeStore> resume_store;
        std::unique_ptr<chat::Model> model; ///< what its screen would show, if it has one
        std::size_t key = 0;                ///< names its identity
        std::optional<std::string> password;
        std::size_t history = 0; ///< lines that it wants of what was said before
        bool is_silent = false;
        bool is_deaf = false;
        bool is_online = false;
        bool is_closed = false;
        std::vector<std::string> heard; ///< "name: text" and notices, as they came
        std::vector<std::string> said;
        std::set<std::string> shown;      ///< lines, in this run
        std::vector<std::string> remarks; ///< of gaps and new logs
        std::vector<std::string> found;
        std::map<chat::LineId, std::string> lines; ///< that were typed
        std::set<chat::LineId> sent;               ///< that were told to be safe
        wire::Sequence last_sequence = 0;
        std::vector<std::string> refusals;
        std::vector<std::string> whispers;
        std::vector<std::string> typists;
        std::set<std::string> unreachable; ///< names
        std::optional<chat::PasswordRefused::Why> password_fault;
        int outages = 0;
        int handshakes = 0;
    };
    const Member& member(std::size_t index) const { return *members_[index]; }
    std::size_t member_count() const { return members_.size(); }
    chatd::Hub& hub() { return *hub_; }
    const chatd::Hub& hub() const { return *hub_; }
    /// All lines of the room in the order of its log.
    const std::vector<std::string>& told() const { return told_; }
    /// What happened, for a failure's message; the same for the same seed.
    const std::string& trace() const { return trace_; }

  private:
    struct Flight {
        bool to_hub = false;
        net::Address peer;
        std::string bytes;
        bool is_icmp = false;
        bool is_proof = false; ///< sent where something of the hub's had arrived before
        bool is_actors = false;
    };
    /// What the hub knows of an address, as seen from outside.
    struct Path {
        std::size_t in = 0;
        std::size_t out = 0;
        std::size_t answers_out = 0; ///< of the classic protocol, which are not in `out`
        bool is_heard_at = false;    ///< something of the hub's has arrived there
        bool is_proven = false;
        bool has_data_come = false;           ///< sealed, from there: a member may have moved there
        std::optional<Instant> classic_since; ///< of an address without its port: when it was joined from
    };

    /// The log as the host sees it: the disk takes its time, and what passes is noted.
    class Disk final : public chatd::RoomLog {
      public:
        explicit Disk(World& world)
            : world_(world) {}
        chatd::LogStart restore(std::size_t newest) const override { return world_.log_.restore(newest); }
        void write(chatd::LogBatch batch) override;
        void ask(chatd::LogQuery query) override;
        chatd::LogNews drain_news() override;

      private:
        World& world_;
    };

    std::size_t add(std::unique_ptr<Member> member);
    void begin_screen(Member& member) const;
    std::unique_ptr<chat::Link> link_of(const Member& member);
    void show(Member& member, const std::string& text);
    void tell_of(const wire::CommittedEntry& committed);
    void step_hub();
    void transmit();
    void step_member(Member& member);
    void deliver(Flight flight);
    void send(Flight flight);
    void hear(Member& member, const chat::LinkEvent& event);
    static void hear_found(Member& member, const chat::SearchResults& found);
    void hear_logged(Member& member, const chat::RoomEvent& what);
    /// What a host without a log tells, which may be doubled or lost.
    void hear_unlogged(Member& member, const wire::Event& event);
    void check_roster() const;
    /// No nonce is used twice.
    void check_number(const Flight& flight);
    void send_on(Flight flight, Duration waited);
    /// Before an address is proven it gets no more than came from it, or three times that if it is where a
    /// member may have moved to.
    void check_path(const net::Address& peer, std::string_view bytes);
    /// Checks an answer likewise; the few RESTARTED that answer nothing are exempt.
    void check_answer(const Flight& flight);
    Duration queueing(std::size_t size);
    void note(const std::string& what);
    bool is_cut_off(const Flight& flight) const;
    double chance();

    std::mt19937_64 random_;
    Network network_;
    test::SeededRandom hub_random_;
    test::SeededRandom member_random_;
    chatd::Hub::Options options_;
    std::unique_ptr<chatd::Hub> hub_; ///< none while the host is down
    chatd::MemoryLog log_;
    Disk disk_{*this};
    chatd::Room room_; ///< what the log says, whatever the hub makes of it
    bool has_screens_ = false;
    Duration disk_delay_{};
    std::optional<Instant> commit_at_;
    Instant now_{std::chrono::hours(1)};
    std::multimap<Instant, Flight> flights_;
    std::vector<std::unique_ptr<Member>> members_;
    std::map<std::string, std::size_t> by_address_;
    std::vector<std::string> told_;
    std::set<std::string> told_set_;
    std::map<std::string, Path> paths_;
    std::map<std::string, int> restarts_told_; ///< since the host was started
    std::map<std::string, int> hellos_;        ///< the same, that came
    std::map<std::pair<wire::SessionId, std::uint64_t>, std::string>
        numbers_;                          ///< and the packets that had them
    std::map<std::string, Actor*> actors_; ///< by their addresses
    Tap tap_;
    std::size_t searches_ = 0;
    std::set<std::uint64_t> searching_; ///< tickets of searches that the log has not answered
    std::optional<Duration> line_bound_;
    std::map<std::string, Instant> said_at_; ///< by members' lines
    Instant cable_free_{};
    std::uint64_t steps_ = 0;
    std::size_t addresses_ = 0;
    chat::LineId next_id_ = 1;
    std::size_t stranger_in_ = 0; ///< bytes to and from addresses that are no member's
    std::size_t stranger_out_ = 0;
    Instant stranger_since_ = now_;
    std::string trace_;
};

} // namespace sim
