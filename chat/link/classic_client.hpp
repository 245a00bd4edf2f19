// SPDX-License-Identifier: MIT
// A link that speaks the classic protocol. Nothing is confirmed there, so a line counts as sent when its
// datagram has left.
#pragma once

#include "chat/link/link.hpp"
#include "chat/link/link_messages.hpp"
#include "common/base/token_bucket.hpp"

#include <deque>

namespace chat {

class ClassicClient final : public Link {
  public:
    /// Joins as `name`, beginning at `now`.
    ClassicClient(std::string name, Instant now, const LinkMessages& messages = {});

    /// Sends lines in order, and no faster than a host accepts them by default.
    void submit(LineId id, const wire::Command& command) override;
    void show_typing(bool) override {}
    /// Leaves, once all that was typed has gone out.
    void quit(Instant now) override;

    void handle_datagram(std::string_view datagram, Instant now) override;
    /// ICMP says that nobody listens there.
    void handle_port_closed(Instant now) override;
    void handle_deadline(Instant now) override;
    std::optional<Instant> next_deadline() const override;

    std::optional<std::string> poll_transmit(Instant now) override;
    std::optional<LinkEvent> poll_event() override;

    bool is_closed() const override { return state_ == State::closed; }

  private:
    enum class State { joining, online, rejoining, leaving, closed };
    struct Outgoing {
        LineId id;
        std::string datagram;
        bool is_last_part;
        bool is_told = false; ///< as sent, which it may have to be once more
    };

    void ask(Instant now);
    void begin(State state, Instant now);
    void close(bool by_host, bool is_confirmed);

    std::string name_;
    std::string talk_only_; ///< the answer to a command that is no line
    State state_ = State::joining;
    bool is_quitting_ = false;
    Instant began_;               ///< when the state did
    std::size_t asked_ = 0;       ///< requests sent in this state
    bool is_request_due_ = false; ///< L or Q, according to the state
    Instant asked_to_join_{};     ///< last
    std::deque<Outgoing> lines_;  ///< as many as were typed
    TokenBucket pace_;
    std::optional<Outgoing> last_sent_;
    Instant last_sent_at_{};
    std::deque<LinkEvent> events_;
};

} // namespace chat
