// SPDX-License-Identifier: MIT
// A link that speaks chat/1: encrypted, and exactly once both ways. It finds the host, does the handshake,
// moves commands from the outbox to the host and events from the host to the inbox, and begins again by
// itself when the host or the network was away. This class has the states of chat-protocol(7), the steps from
// one to the other, and all deadlines. The work of a state is in that state's class.
#pragma once

#include "chat/link/connector.hpp"
#include "chat/link/keyring.hpp"
#include "chat/link/leaving.hpp"
#include "chat/link/link.hpp"
#include "chat/link/link_messages.hpp"
#include "chat/link/live_session.hpp"
#include "chat/link/membership.hpp"
#include "chat/link/reporter.hpp"
#include "chat/link/resume_store.hpp"
#include "common/base/random.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace chat {

class SessionClient final : public Link {
  public:
    struct Options {
        std::string name;
        Connector::Terms terms;
        /// How many earlier lines are wanted in a room that is new to the user.
        std::size_t history = 0;
        /// Keeps what the next run needs; may be null.
        std::shared_ptr<ResumeStore> resume_store = {};
        /// Chooses the identity once the host is known; may be null: then the identity is the one in the
        /// terms.
        std::shared_ptr<Keyring> keyring = {};
        LinkMessages messages = {};

        Options() = default;
        Options(std::string wanted_name, Connector::Terms with, std::size_t history_lines = 0,
                std::shared_ptr<ResumeStore> store = {})
            : name(std::move(wanted_name))
            , terms(std::move(with))
            , history(history_lines)
            , resume_store(std::move(store)) {}
    };
    /// Begins at `now`; `random` must outlive it.
    SessionClient(Options options, Random& random, Instant now);
    SessionClient(const SessionClient&) = delete;
    SessionClient& operator=(const SessionClient&) = delete;

    void submit(LineId id, const wire::Command& command) override { membership_.submit(id, command); }
    void show_typing(bool is_typing) override;
    void set_seen(wire::Sequence sequence) override { membership_.set_seen(sequence); }
    void find(wire::Sequence before, const std::string& needle) override { membership_.find(before, needle); }
    void quit(Instant now) override;
    void handle_datagram(std::string_view datagram, Instant now) override;
    void handle_port_closed(Instant now) override;
    void handle_new_network(Instant now) override;
    void handle_deadline(Instant now) override;
    std::optional<Instant> next_deadline() const override;
    std::optional<std::string> poll_transmit(Instant now) override;
    std::optional<LinkEvent> poll_event() override { return reporter_.poll_event(); }
    bool is_closed() const override { return std::holds_alternative<Ended>(state_); }

  private:
    // A JOIN is sent for three seconds, and a user who leaves waits no longer.
    static constexpr std::size_t max_goodbyes = 4;

    /// The first way into the room, however many attempts it takes.
    struct FirstEntry {
        Instant since{};
        bool is_answered = false; ///< a probe has been answered
        bool is_told = false;     ///< the user has been told that nobody is let in
        Instant due() const;
    };
    /// The way back into the room, for a user who has been in it.
    struct Return {
        Instant waiting_since{}; ///< for the host
        Instant heard{};         ///< the host was, in the session that is lost
    };
    /// PROBING, GREETING or JOINING, without a session in use.
    struct Entering {
        Connector connector;
        std::optional<FirstEntry> first;
        Return way_back{}; ///< if it is not the first
    };
    struct Ended {
        std::optional<LastWords> last_words;
    };

    // ---- from state to state
    /// The attempt at the first session, or at the next one; null if there is none.
    Connector* connector();
    const Connector* connector() const;
    LiveSession* live() { return std::get_if<LiveSession>(&state_); }
    const LiveSession* live() const { return std::get_if<LiveSession>(&state_); }
    /// Begins at PROBING, whatever state it was in.
    void probe(Instant now);
    /// Begins at PROBING, with the patience of a first try.
    void enter_anew(Instant now);
    /// The live session is over; the attempt at the next one goes on.
    void lose_session(Instant now);
    void drop_attempt(Instant now);
    void leave(Instant now);
    void leave_once_resolved(Instant now);
    void fail(LinkEvent why);
    void close(bool by_host, std::optional<LastWords> last_words = {});

    // ---- what comes in
    void handle(const wire::RoomAnswer& answer, Instant now);
    void handle(const wire::HostAnswer& answer, Instant now);
    void handle(const wire::Restarted& restarted, Instant now);
    void handle(const wire::Data& data, std::string_view datagram, Instant now);
    void join(const RoomKnown& room, Instant now);
    /// Says nothing to the host that answers, and asks again after a while.
    void turn_away(Instant now);
    Channel* find_channel(wire::SessionId id);
    bool is_live(const Channel& channel) const;
    void handle_heard(Channel& channel, const session::Session::Opened& opened, Instant now);
    /// False if a frame is one that no host sends.
    bool handle_frames(wire::SessionId id, const std::vector<wire::Frame>& frames, Instant now);
    bool handle_frame(Channel& channel, const wire::Frame& frame, Instant now);
    void handle_welcome(const wire::WelcomeFrame& welcome);
    void handle_close(Channel& channel, const wire::CloseFrame& frame, Instant now);

    // ---- deadlines
    struct Deadline {
        std::optional<Instant> (SessionClient::*due)() const;
        void (SessionClient::*expire)(Instant now); ///< null: poll_transmit() has something to send then
    };
    /// All deadlines. If several are due, the first in the table goes first.
    static const std::array<Deadline, 12> deadlines;
    std::optional<Instant> goodbye_due() const;
    std::optional<Instant> end_of_leaving_due() const;
    void end_leaving(Instant now);
    std::optional<Instant> departure_due() const;
    void depart(Instant now);
    std::optional<Instant> waiting_silence_due() const;
    std::optional<Instant> first_entry_due() const;
    void tell_of_first_entry(Instant now);
    std::optional<Instant> connector_due() const;
    void handle_connector_deadline(Instant now);
    std::optional<Instant> session_due() const;
    void handle_session_deadline(Instant now);
    std::optional<Instant> waiting_since() const;
    std::optional<Instant> offline_due() const;
    void tell_offline(Instant now);
    std::optional<Instant> check_due() const;
    void check_host(Instant now);
    std::optional<Instant> give_up_due() const;
    void give_up_session(Instant now);
    std::optional<Instant> renewal_due() const;
    void renew_session(Instant now);
    std::optional<Instant> ping_due() const;
    void ping(Instant now);

    Connector::Terms terms_;
    Random& random_;
    Reporter reporter_;
    Membership membership_;
    std::optional<Departure> departure_; ///< once the user wants to leave
    /// CLOSE, of the sessions for which a JOIN went out and no WELCOME came; the newest max_goodbyes.
    std::vector<std::string> goodbyes_;
    std::variant<Entering, LiveSession, Leaving, Ended> state_;
};

} // namespace chat
