// SPDX-License-Identifier: MIT
// The events that a session's link tells its user, in order. It tells once of a state that lasts: that the
// host is gone, that another host answers in its place, how long a round trip is.
#pragma once

#include "chat/link/link.hpp"
#include "chat/link/link_messages.hpp"
#include "common/wire/frame.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace chat {

class Reporter {
  public:
    explicit Reporter(LinkMessages messages)
        : messages_(std::move(messages)) {}

    const LinkMessages& messages() const { return messages_; }
    /// Any event, as it is.
    void tell(LinkEvent event) { events_.push_back(std::move(event)); }
    std::optional<LinkEvent> poll_event();

    /// Tells a message of this program.
    void tell_remark(std::string words);
    /// Tells a message of the host.
    void tell_host_words(std::string_view untrusted);
    void tell_typing(const wire::TypingFrame& frame);

    /// A session has begun, the first one if `is_first`. See Online for the others.
    void tell_welcome(bool is_first, std::optional<wire::Sequence> resumed_at, wire::Sequence head);
    /// The host is heard in its session.
    void tell_heard();
    /// The host has been silent for so long.
    void tell_offline(Duration silence);
    bool is_offline_told() const { return is_offline_told_; }
    /// A host answers to which we say nothing; the fault has the reason.
    void tell_fault(const LinkEvent& fault);
    /// Another room of the same host answers.
    void tell_other_room(const std::string& room);
    /// Tells a new round-trip time if it has changed, and no faster than one can read.
    void tell_round_trip(Duration measured, Instant now);

  private:
    void tell_fault_in_words(std::string words);

    LinkMessages messages_;
    std::deque<LinkEvent> events_;
    bool is_offline_told_ = false;
    bool is_fault_told_ = false;
    Instant round_trip_told_at_{};
    Duration round_trip_{};
};

} // namespace chat
