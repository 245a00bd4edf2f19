// SPDX-License-Identifier: MIT
#include "common/session/congestion.hpp"

#include "common/wire/packet.hpp"

#include <algorithm>
#include <limits>

namespace session {
namespace {

// RFC 9002, section 7.2; as the floor, too: halving below it saves nothing on a LAN and costs round trips.
constexpr std::size_t first_window = 10 * wire::max_packet;
// A member's session stays within this however fast the network is.
constexpr std::size_t largest_window = std::size_t{64} * 1024;

} // namespace

Congestion::Congestion()
    : window_(first_window)
    , slow_start_threshold_(std::numeric_limits<std::size_t>::max()) {}

bool Congestion::has_room_for(std::size_t size) const {
    return in_flight_ + size <= window_;
}

bool Congestion::is_limiting() const {
    return !has_room_for(wire::max_packet);
}

void Congestion::grow(std::size_t acked_bytes) {
    // RFC 9002, section 7.3.
    window_ += window_ < slow_start_threshold_ ? acked_bytes : wire::max_packet * acked_bytes / window_;
    window_ = std::min(window_, largest_window);
}

void Congestion::cut(Instant sent, Instant now) {
    if (is_before_cut(sent)) return; // it can't speak of what came after
    cut_at_ = now;
    window_ = std::max(window_ / 2, first_window);
    slow_start_threshold_ = window_;
}

void Congestion::reset() {
    in_flight_ = 0;
    window_ = first_window;
    slow_start_threshold_ = std::numeric_limits<std::size_t>::max();
}

} // namespace session
