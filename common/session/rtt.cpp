// SPDX-License-Identifier: MIT
#include "common/session/rtt.hpp"

#include <algorithm>

namespace session {
namespace {

using namespace std::chrono_literals;

// RFC 9002, section 6.1.2.
constexpr Duration granularity = 1ms;
// What the peer may wait before it acknowledges.
constexpr Duration max_ack_delay = 10ms;
// A longer one tells of a machine that slept, not of the network; taken as it is, it would put off for as
// long what is to be sent again.
constexpr Duration longest_sample = 1s;
// Before anything is measured: a LAN answers in milliseconds, a busy Wi-Fi in tens.
constexpr Duration first_probe_interval = 100ms;

} // namespace

void Rtt::add(Duration sample, Duration delay) {
    // RFC 9002, section 5.3. The peer's own waiting is taken off, as far as it may have waited.
    sample = std::min(sample, longest_sample);
    latest_ = sample;
    if (!has_sample_) {
        has_sample_ = true;
        smoothed_ = sample;
        variation_ = sample / 2;
        return;
    }
    const auto waited = std::min(delay, max_ack_delay);
    const auto adjusted = sample > waited ? sample - waited : sample;
    variation_ = (3 * variation_ + std::chrono::abs(smoothed_ - adjusted)) / 4;
    smoothed_ = (7 * smoothed_ + adjusted) / 8;
}

Duration Rtt::loss_delay() const {
    return std::max(granularity, std::max(smoothed_, latest_) * 9 / 8);
}

Duration Rtt::probe_timeout() const {
    return has_sample_ ? smoothed_ + std::max(4 * variation_, granularity) + max_ack_delay
                       : first_probe_interval;
}

} // namespace session
