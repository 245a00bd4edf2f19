// SPDX-License-Identifier: MIT
// The end of a membership: the wish to leave while a typed line has no result yet, LEAVING as in
// chat-protocol(7), and the answer to a host that says goodbye first.
#pragma once

#include "chat/link/channel.hpp"
#include "common/base/time.hpp"
#include "common/wire/frame.hpp"
#include "common/wire/packet.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chat {

/// The user wants to leave. Typed lines get some time in which the host can resolve them.
class Departure {
  public:
    explicit Departure(Instant now);
    /// The host was heard; `has_resolved` if it has resolved a command.
    void handle_heard(bool has_resolved, Instant now);
    /// When the wait ends.
    Instant due() const { return due_; }

  private:
    Instant due_;
    Instant latest_; ///< due_ is never put off beyond it
};

/// Says CLOSE again and again, until the host's comes back or it has been long enough. A JOIN whose WELCOME
/// has not come may have made us a member, and so there may be sessions in doubt.
class Leaving {
  public:
    /// `goodbyes` are said, and the answer to one of them is awaited in `channel`, if there is one.
    Leaving(std::optional<Channel> channel, std::vector<std::string> goodbyes, Instant now);

    Channel* channel() { return channel_ ? &*channel_ : nullptr; }
    /// Whether the host has answered so.
    bool is_end(const wire::CloseFrame& frame) const;
    std::optional<std::string> poll_transmit(Instant now);
    Instant say_due() const { return say_due_; }
    /// When the time for the host's answer is over.
    Instant end_due() const { return end_due_; }

  private:
    std::optional<Channel> channel_;
    std::vector<std::string> goodbyes_;
    std::size_t next_ = 0; ///< of them
    Instant say_due_;
    Instant end_due_;
};

/// The answer to the host's goodbye, repeated a few times if the host has not heard it.
class LastWords {
  public:
    explicit LastWords(session::Session& session);

    /// Answers again: a packet of the host's session shows that the last answer was lost.
    void handle(const wire::Data& data);
    std::optional<std::string> poll_transmit();

  private:
    wire::SessionId session_;
    std::string bytes_;
    bool is_due_ = true;
    int more_; ///< so many times they may be repeated
};

} // namespace chat
