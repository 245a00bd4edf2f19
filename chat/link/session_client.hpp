// SPDX-License-Identifier: MIT
// A link that speaks chat/1: encrypted, and exactly once both ways. It finds the host, shakes hands, moves
// what is in the outbox to the host and what happens there to the inbox, and does all of that again by itself
// when the host or the network was away.
#pragma once

#include "chat/link/connector.hpp"
#include "chat/link/history_search.hpp"
#include "chat/link/inbox.hpp"
#include "chat/link/keyring.hpp"
#include "chat/link/link.hpp"
#include "chat/link/link_messages.hpp"
#include "chat/link/outbox.hpp"
#include "chat/link/presence.hpp"
#include "chat/link/resume_store.hpp"
#include "common/base/random.hpp"
#include "common/session/fragments.hpp"
#include "common/session/session.hpp"
#include "common/wire/packet.hpp"

#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace chat {

class SessionClient final : public Link {
  public:
    struct Options {
        std::string name;
        Connector::Terms terms;
        /// Lines that are wanted of what was said before, where one has not been.
        std::size_t history = 0;
        /// Remembers for the next run; may be null.
        std::shared_ptr<ResumeStore> resume_store = {};
        /// Chooses the identity once it is known who the host is; may be null: it is the one in the terms.
        std::shared_ptr<Keyring> keyring = {};
        LinkMessages messages = {};
    };
    /// Begins at `now`; `random` must outlive it.
    SessionClient(Options options, Random& random, Instant now);

    void submit(LineId id, const wire::Command& command) override;
    void show_typing(bool is_typing) override;
    void set_seen(wire::Sequence sequence) override;
    void find(wire::Sequence before, const std::string& needle) override;
    void quit(Instant now) override;
    void handle_datagram(std::string_view datagram, Instant now) override;
    void handle_port_closed(Instant now) override;
    void handle_new_network(Instant) override { is_ping_due_ = true; }
    void handle_deadline(Instant now) override;
    std::optional<Instant> next_deadline() const override;
    std::optional<std::string> poll_transmit(Instant now) override;
    std::optional<LinkEvent> poll_event() override;
    bool is_closed() const override { return is_closed_; }

  private:
    /// A session, and what belongs to it alone.
    struct Connection {
        std::unique_ptr<session::Session> session;
        session::Reassembly roster_parts;
        std::optional<wire::Roster> roster; ///< once it is whole, until it is told
        bool is_roster_told = false;
        Presence attendance;
        std::optional<std::uint64_t> challenge; ///< to be answered
        /// By number, with their reasons, which overtook the WELCOME that says which commands they are of; at
        /// most Outbox::max_unresolved.
        std::map<std::uint64_t, std::pair<wire::ResultFrame, std::string>> early_results;
    };
    /// On the way to a session: the first one, or the one that takes over from live_.
    struct Attempt {
        Connector approach;
        bool is_check = false;      ///< only whether the host is still the same
        wire::Sequence cursor = 0;  ///< that the join was asked from
        Instant ping_at{};          ///< while the host lets us wait
        Connection connection = {}; ///< while joining
    };
    /// Begins at `start`.
    void begin_attempt(bool is_check, Instant start);
    /// On the way in for the first time, as if it began now.
    void enter_anew(Instant now);
    /// Tells how that goes, and gives up.
    void wait_for_entry(Instant now);
    /// Whoever knocks may be another start of the host than the one that is greeted, or nobody.
    void handle(const wire::Restarted& knock, Instant now);
    /// What an answer of somebody else's comes to while there is a session.
    void ignore(std::string words, Instant now);
    /// Why nothing is said to the host that answers.
    std::string in_words(const LinkEvent& fault) const;
    /// Asks whether it is still the same, unless that was done within `interval`.
    void check_host(Duration interval, Instant now);
    void handle(const wire::RoomAnswer& answer, Instant now);
    void handle(const wire::HostAnswer& answer, Instant now);
    void handle(const wire::Data& data, std::string_view datagram, Instant now);
    Connection* find_connection(wire::SessionId id);
    bool handle_frame(Connection& connection, const wire::Frame& frame);
    bool handle_roster(Connection& connection, const wire::RosterFrame& part);
    bool handle_presence(Connection& connection, const wire::PresenceFrame& frame);
    void handle_typing(const wire::TypingFrame& frame);
    bool handle_result(Connection& connection, const wire::ResultFrame& result);
    void handle_welcome(const wire::WelcomeFrame& welcome);
    void handle_close(const wire::CloseFrame& close, bool is_live);
    void deliver_events();
    void deliver(wire::Event event);
    bool is_own(const wire::Event& event);
    void be_called(const std::string& name);
    void handle_contents(const std::vector<session::SentItem>& acked,
                         const std::vector<session::SentItem>& lost);
    void fill(session::PacketBuilder& packet);
    /// Who we are to this host, and what was kept of this conversation, at its first handshake.
    void begin_conversation(RoomId room);
    void load();
    void save();
    /// When the host is to be asked for a sign of life.
    Instant ping_at() const;
    void tell_round_trip(Instant now);
    /// This program's own word.
    void tell(std::string words);
    void fail(LinkEvent event);
    /// Says goodbye, and waits a moment for the answer.
    void leave(Instant now);
    void close(bool by_host);

    Options options_;
    Random& random_;
    bool is_closed_ = false;
    bool was_online_ = false;
    bool is_offline_told_ = false;
    bool has_asked_to_join_ = false; ///< since the last WELCOME
    /// The way in for the first time, however many attempts it takes.
    struct Entry {
        Instant since{};
        bool is_answered = false; ///< a probe was
        bool is_told = false;     ///< that no more than that was
    };
    Entry entry_;
    bool is_fault_told_ = false; ///< that somebody else seems to be there
    std::optional<Attempt> attempt_;
    Connection live_;
    std::uint64_t boot_id_ = 0; ///< of the host that live_ is with
    Instant last_sent_{};
    Duration ping_interval_{};
    bool is_ping_due_ = false;
    std::optional<Instant> waiting_since_; ///< for an answer to the probes
    Instant checked_{};                    ///< whether the host is still the same
    Instant round_trip_told_{};
    Duration round_trip_{};

    std::array<std::uint8_t, 16> log_id_{};
    Inbox inbox_;
    wire::Sequence history_end_ = 0; ///< up to it events are from before we were there
    wire::Sequence head_ = 0;        ///< of the log at the last WELCOME
    wire::Sequence first_head_ = 0;  ///< events up to it may be an earlier run's
    std::optional<std::pair<wire::Sequence, std::string>>
        name_then_; ///< what we are called, once events are there
    Outbox outbox_;
    std::uint64_t attempts_ = 0;
    /// That the conversation is with, from the first handshake on.
    std::optional<RoomId> room_;
    bool has_changed_ = false; ///< what is kept
    HistorySearch inquiry_;
    std::optional<bool> typing_pending_;
    std::optional<Instant> quit_by_;
    Instant resolve_by_{}; ///< the latest that quit_by_ is put off to
    /// Once all is said: CLOSE, again and again until the host's comes back.
    struct Leaving {
        std::string farewell;
        Instant until{};
        Instant say_at{};
    };
    std::optional<Leaving> leaving_;
    /// The answer to the host's goodbye, and to which session it came.
    struct LastWords {
        wire::SessionId session = 0;
        std::string bytes;
        bool is_due = true;
        int more = 5; ///< times that it is said again
    };
    std::optional<LastWords> last_words_;
    std::deque<LinkEvent> events_;
};

} // namespace chat
