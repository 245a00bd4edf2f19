// SPDX-License-Identifier: MIT
#include "chat/link/reporter.hpp"

#include "chat/text/places.hpp"

#include <chrono>
#include <utility>

namespace chat {
namespace {

using namespace std::chrono_literals;

// Nobody can read a figure that changes faster.
constexpr Duration round_trip_interval = 2s;

std::string why_nothing_is_said(const LinkEvent& fault, const LinkMessages& messages) {
    if (const auto* password = std::get_if<PasswordRefused>(&fault)) {
        switch (password->why) {
        case PasswordRefused::Why::missing: return messages.key_missing;
        case PasswordRefused::Why::unwanted: return messages.key_unwanted;
        case PasswordRefused::Why::wrong: return messages.key_wrong;
        }
    }
    const auto* changed = std::get_if<HostKeyChanged>(&fault);
    return filled(messages.other_host, {changed == nullptr ? std::string() : changed->met});
}

} // namespace

std::optional<LinkEvent> Reporter::poll_event() {
    if (events_.empty()) return std::nullopt;
    auto event = std::move(events_.front());
    events_.pop_front();
    return event;
}

void Reporter::tell_remark(std::string words) {
    tell(Notice{Notice::From::link, std::move(words)});
}

void Reporter::tell_host_words(std::string_view untrusted) {
    tell(Notice{Notice::From::host, std::string(text::Text::from_untrusted(untrusted).view())});
}

void Reporter::tell_typing(const wire::TypingFrame& frame) {
    TypingKnown typing;
    for (const auto bytes : frame.names)
        if (const auto name = text::Name::recorded(bytes)) typing.names.emplace_back(name->view());
    tell(std::move(typing));
}

void Reporter::tell_welcome(bool is_first, std::optional<wire::Sequence> resumed_at, wire::Sequence head) {
    is_fault_told_ = false;
    const bool is_back = std::exchange(is_offline_told_, false);
    if (is_first || is_back) tell(Online{resumed_at, head});
}

void Reporter::tell_heard() {
    if (std::exchange(is_offline_told_, false)) tell(Online{});
}

void Reporter::tell_offline(Duration silence) {
    if (!std::exchange(is_offline_told_, true)) tell(Offline{silence});
}

void Reporter::tell_fault(const LinkEvent& fault) {
    tell_fault_in_words(why_nothing_is_said(fault, messages_));
}

void Reporter::tell_other_room(const std::string& room) {
    tell_fault_in_words(filled(messages_.other_room, {room}));
}

void Reporter::tell_fault_in_words(std::string words) {
    if (!std::exchange(is_fault_told_, true)) tell_remark(std::move(words));
}

void Reporter::tell_round_trip(Duration measured, Instant now) {
    using std::chrono::milliseconds;
    if (now < round_trip_told_at_ + round_trip_interval) return;
    if (std::chrono::round<milliseconds>(measured) == std::chrono::round<milliseconds>(round_trip_)) return;
    round_trip_ = measured;
    round_trip_told_at_ = now;
    tell(RoundTrip{measured});
}

} // namespace chat
