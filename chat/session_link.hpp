// SPDX-License-Identifier: MIT
// A link that speaks chat/1: encrypted, and exactly once both ways. It finds the host, shakes hands, keeps
// what was typed until the host has it, delivers what happens without a gap and in order, and does all of
// that again by itself when the host or the network was away.
#pragma once

#include "chat/link.hpp"
#include "common/session/assembly.hpp"
#include "common/session/noise.hpp"
#include "common/session/session.hpp"
#include "common/wire/packet.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace chat {

class SessionLink final : public Link {
  public:
    /// Events beyond the next one that are kept; a host sends no further ahead.
    static constexpr wire::Sequence max_ahead = 1024;
    /// Commands that the host has not settled are sent so many at a time.
    static constexpr std::uint64_t max_unsettled = 32;

    struct Options {
        std::string name;
        session::KeyPair identity;
        /// The host's, where it is known; another one is refused.
        std::optional<std::string> fingerprint = {};
    };
    /// Begins at `now`; `random` must outlive it.
    SessionLink(Options options, session::Random& random, Instant now);

    void say(LineId id, std::string_view text) override;
    void quit(Instant now) override;
    void handle_datagram(std::string_view datagram, Instant now) override;
    void handle_port_closed(Instant now) override;
    void handle_deadline(Instant now) override;
    std::optional<Instant> next_deadline() const override;
    std::optional<std::string> poll_transmit(Instant now) override;
    std::optional<LinkEvent> poll_event() override;
    bool is_closed() const override { return state_ == State::closed; }

  private:
    enum class State { probing, greeting, joining, online, closed };
    struct Command {
        LineId id = 0;
        bool is_last_part = true; ///< of a line that was too long for one
        std::uint64_t number = 0;
        std::string bytes;
    };

    void begin_probing(Instant now);
    void ask(State state, std::string datagram, Instant now);
    void handle(const wire::RoomAnswer& answer, Instant now);
    void handle(const wire::HostAnswer& answer, Instant now);
    void handle(const wire::Data& data, std::string_view datagram, Instant now);
    bool handle_frame(const wire::Frame& frame);
    void handle_welcome(const wire::WelcomeFrame& welcome);
    void handle_result(const wire::ResultFrame& result);
    void handle_close(const wire::CloseFrame& close);
    bool take_event(wire::Sequence sequence, std::string bytes);
    void deliver_events();
    void handle_contents(const std::vector<session::Content>& acked,
                         const std::vector<session::Content>& lost);
    void fill(std::string& out, std::size_t room, bool is_probe, std::vector<session::Content>& contents);
    void owe(const Command& command);
    void fail(LinkEvent event);
    void close(bool by_host);

    Options options_;
    session::Random& random_;
    State state_ = State::probing;
    bool was_online_ = false;
    bool is_offline_told_ = false;
    Instant began_{};     ///< looking for the host
    std::string request_; ///< what is asked again until it is answered
    std::optional<Instant> ask_at_;
    int asked_ = 0;
    wire::Nonce nonce_{};
    wire::SessionId client_id_ = 0;
    std::string room_;
    std::uint64_t boot_id_ = 0; ///< of the host that the session is with
    std::optional<session::Handshake> handshake_;
    std::unique_ptr<session::Session> session_;
    Instant last_sent_{};
    Duration ping_interval_{};
    bool is_ping_due_ = false;

    std::array<std::uint8_t, 16> log_id_{};
    wire::Sequence cursor_ = 0;                   ///< the last event that was delivered
    std::map<wire::Sequence, std::string> early_; ///< behind a gap, within max_ahead; empty for a skipped one
    std::map<wire::Sequence, session::Assembly> parts_;
    session::Assembly roster_;
    bool is_roster_known_ = false;

    std::uint64_t outbox_;
    std::uint64_t attempts_ = 0;
    std::uint64_t next_number_ = 1;
    std::deque<Command> unsettled_;                          ///< as many as were typed
    std::set<std::pair<std::uint64_t, std::uint64_t>> owed_; ///< number and offset, to be sent
    std::optional<Instant> quit_by_;
    std::optional<std::string> farewell_; ///< the last datagram
    std::deque<LinkEvent> events_;
};

} // namespace chat
