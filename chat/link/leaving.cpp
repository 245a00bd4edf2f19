// SPDX-License-Identifier: MIT
#include "chat/link/leaving.hpp"

#include "chat/link/connector.hpp"

#include <algorithm>

namespace chat {
namespace {

using namespace std::chrono_literals;

// A user who leaves waits so long for a host that is silent, and for one that speaks but resolves nothing.
constexpr Duration silent_patience = 3s;
constexpr Duration resolve_patience = 10s;
// A host that hears no goodbye keeps a ghost in the room for minutes. So long we repeat it to a host that
// does not answer.
constexpr Duration goodbye_patience = 1s;
// See "What ends a session" in chat-protocol(7).
constexpr int most_last_words = 5;

} // namespace

Departure::Departure(Instant now)
    : due_(now + silent_patience)
    , latest_(now + resolve_patience) {}

void Departure::handle_heard(bool has_resolved, Instant now) {
    // While the host answers, typed lines may take their time; but some have to be resolved.
    if (has_resolved) latest_ = now + resolve_patience;
    due_ = std::min(now + silent_patience, latest_);
}

Leaving::Leaving(std::optional<Channel> channel, std::vector<std::string> goodbyes, Instant now)
    : channel_(std::move(channel))
    , goodbyes_(std::move(goodbyes))
    , say_due_(now)
    , end_due_(now + goodbye_patience) {}

std::optional<std::string> Leaving::poll_transmit(Instant now) {
    if (now < say_due_) return std::nullopt;
    if (next_ < goodbyes_.size()) return goodbyes_[next_++];
    next_ = 0;
    say_due_ = now + Connector::shortest_interval;
    return std::nullopt;
}

bool Leaving::is_end(const wire::CloseFrame& frame) const {
    // By one of the others, which has to hear the goodbye.
    return frame.code != wire::CloseFrame::Code::replaced || goodbyes_.size() == 1;
}

LastWords::LastWords(session::Session& session)
    : session_(session.id())
    , bytes_(session.close({wire::CloseFrame::Code::left, {}}))
    , more_(most_last_words) {}

void LastWords::handle(const wire::Data& data) {
    if (data.receiver != session_ || more_ == 0) return;
    is_due_ = true;
    --more_;
}

std::optional<std::string> LastWords::poll_transmit() {
    if (!std::exchange(is_due_, false)) return std::nullopt;
    return bytes_;
}

} // namespace chat
