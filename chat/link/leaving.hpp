// SPDX-License-Identifier: MIT
// The end of a membership: LEAVING as chat-protocol(7) has it, the wish for it while something typed has no
// result yet, and the answer to a host that says goodbye first.
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

/// The user wants to leave, and what was typed gets some time to come to something.
class Departure {
  public:
    explicit Departure(Instant now);
    /// The host was heard, and may have resolved something.
    void handle_heard(bool has_resolved, Instant now);
    /// When it waits no longer.
    Instant due() const { return due_; }

  private:
    Instant due_;
    Instant latest_; ///< that due_ is put off to
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
    /// When the host has had its time to answer.
    Instant end_due() const { return end_due_; }

  private:
    std::optional<Channel> channel_;
    std::vector<std::string> goodbyes_;
    std::size_t next_ = 0; ///< of them
    Instant say_due_;
    Instant end_due_;
};

/// The answer to the host's goodbye, said again a few times to a host that has not heard it.
class LastWords {
  public:
    explicit LastWords(session::Session& session);

    /// A packet of the host's session shows that they were lost.
    void handle(const wire::Data& data);
    std::optional<std::string> poll_transmit();

  private:
    wire::SessionId session_;
    std::string bytes_;
    bool is_due_ = true;
    int more_; ///< times that they are said again
};

} // namespace chat
