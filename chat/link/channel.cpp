// SPDX-License-Identifier: MIT
#include "chat/link/channel.hpp"

#include "chat/link/outbox.hpp"

#include <utility>

namespace chat {

bool Channel::accept(const wire::RosterFrame& part) {
    if (roster_ || is_roster_told_) return true;
    if (!roster_parts_.accept(part.offset, part.total, part.bytes)) return false;
    const auto whole = roster_parts_.whole();
    if (!whole) return true;
    roster_parts_ = {};
    roster_ = wire::decode_roster(*whole);
    return roster_.has_value();
}

bool Channel::accept(const wire::PresenceFrame& frame) {
    for (std::size_t i = 0; i < frame.changes.size(); ++i) {
        auto change = wire::decode_presence(frame.changes[i]);
        if (!change || !presence_.accept(frame.first + i, std::move(*change))) return false;
    }
    return true;
}

bool Channel::accept_early(const wire::ResultFrame& result) {
    early_results_.try_emplace(result.number, EarlyResult{result, std::string(result.reason)});
    return early_results_.size() <= Outbox::max_unresolved;
}

std::vector<Channel::EarlyResult> Channel::drain_early_results() {
    std::vector<EarlyResult> results;
    for (auto& [number, result] : std::exchange(early_results_, {})) results.push_back(std::move(result));
    return results;
}

std::optional<wire::Roster> Channel::drain_roster() {
    if (!roster_) return std::nullopt;
    is_roster_told_ = true;
    return std::exchange(roster_, std::nullopt);
}

std::optional<std::string> Channel::poll_response() {
    if (!challenge_) return std::nullopt;
    return session_->seal_alone(wire::ResponseFrame{*std::exchange(challenge_, std::nullopt)});
}

} // namespace chat
