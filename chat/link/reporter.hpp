// SPDX-License-Identifier: MIT
// What a session's link tells its user, in order. Of what lasts it tells once: that the host is gone, that
// somebody else answers in its place, how long the way is.
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

    /// Words of this program's own.
    void tell_remark(std::string words);
    /// The host's words, or what it did to us.
    void tell_host_words(std::string_view untrusted);
    void tell_typing(const wire::TypingFrame& frame);

    /// A session has begun, the first one if `is_first`; `resumed_at` is where events go on.
    void tell_welcome(bool is_first, std::optional<wire::Sequence> resumed_at, wire::Sequence head);
    /// The host is heard in its session.
    void tell_heard();
    /// It is not, and has not been for so long.
    void tell_offline(Duration silence);
    bool is_offline_told() const { return is_offline_told_; }
    /// Somebody answers to whom nothing is said; why, is in the fault.
    void tell_fault(const LinkEvent& fault);
    /// Another room of the same host does.
    void tell_other_room(const std::string& room);
    /// As it is measured now; told when it changes, and no faster than one can read.
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
