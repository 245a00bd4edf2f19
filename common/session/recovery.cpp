// SPDX-License-Identifier: MIT
#include "common/session/recovery.hpp"

#include "common/base/ensure.hpp"
#include "common/wire/packet.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace session {
namespace {

using namespace std::chrono_literals;

// RFC 9002, section 6.1.1.
constexpr std::uint64_t reordering_threshold = 3;
// RFC 9002, section 6.1.2.
constexpr Duration granularity = 1ms;
// What the peer may wait before it acknowledges.
constexpr Duration max_ack_delay = 10ms;
// A longer one tells of a machine that slept, not of the network; taken as it is, it would put off for as
// long what is to be sent again.
constexpr Duration longest_sample = 1s;
// Before anything is measured: a LAN answers in milliseconds, a busy Wi-Fi in tens.
constexpr Duration first_probe_interval = 100ms;
// RFC 9002 doubles without a limit, which at 50 % loss leaves half of the lines undelivered; a chat that asks
// four times a second burdens nobody.
constexpr Duration longest_probe_interval = 250ms;
// A peer that has been silent for this many probes is asked less often, and then rarely.
constexpr int patient_probes = 40;
constexpr Duration patient_interval = 1s;
// RFC 9002, section 6.2.4.
constexpr int packets_a_probe = 2;
// After so many probes without an answer the oldest packets are taken for lost.
constexpr int probes_before_loss = 3;
// RFC 9002, section 7.2; as the floor, too: halving below it saves nothing on a LAN and costs round trips.
constexpr std::size_t first_window = 10 * wire::max_packet;
// A member's session stays within this however fast the network is.
constexpr std::size_t largest_window = std::size_t{64} * 1024;

} // namespace

Recovery::Recovery()
    : window_(first_window)
    , slow_start_threshold_(std::numeric_limits<std::size_t>::max()) {}

void Recovery::handle_sent(std::uint64_t number, std::size_t size, std::vector<SentItem> contents,
                           Instant now) {
    ensure(sent_.empty() || sent_.back().number < number, "packet numbers grow");
    sent_.push_back({number, now, size, std::move(contents)});
    in_flight_ += size;
    last_sent_ = now;
    if (probes_due_ > 0) --probes_due_;
}

Recovery::Outcome Recovery::handle_ack(std::span<const Interval> intervals, Duration delay, Instant now) {
    Outcome outcome;
    if (intervals.empty()) return outcome;
    const auto largest = intervals.front().last;
    bool is_new = false;
    const bool was_limited =
        in_flight_ + wire::max_packet > window_; // a window that is not used does not grow
    std::vector<std::pair<Instant, std::size_t>> acked_sizes;
    auto kept = sent_.begin();
    for (auto& packet : sent_) {
        // The newest interval that does not begin behind it.
        const auto interval =
            std::partition_point(intervals.begin(), intervals.end(),
                                 [&](const Interval& one) { return one.first > packet.number; });
        const bool is_acked = interval != intervals.end() && packet.number <= interval->last;
        if (!is_acked) {
            keep(packet, kept);
            continue;
        }
        is_new = true;
        outcome.newest = packet.number;
        calm_packets_ = std::min(calm_packets_ + 1, calm_after);
        in_flight_ -= packet.size;
        acked_sizes.emplace_back(packet.time, packet.size);
        if (packet.number == largest) measure(now - packet.time, delay);
        std::move(packet.contents.begin(), packet.contents.end(), std::back_inserter(outcome.acked));
    }
    sent_.erase(kept, sent_.end());
    if (!is_new) return outcome;
    largest_acked_ = has_ack_ ? std::max(largest_acked_, largest) : largest;
    has_ack_ = true;
    probe_count_ = 0;
    probes_due_ = 0;
    detect_losses(now, outcome);
    std::size_t acked_bytes = 0;
    for (const auto& [time, size] : acked_sizes)
        if (time > recovery_start_) acked_bytes += size;
    if (was_limited) {
        // Slow start, then congestion avoidance (RFC 9002, section 7.3).
        window_ += window_ < slow_start_threshold_ ? acked_bytes : wire::max_packet * acked_bytes / window_;
        window_ = std::min(window_, largest_window);
    }
    return outcome;
}

Recovery::Outcome Recovery::handle_deadline(Instant now) {
    Outcome outcome;
    const auto due = deadline();
    if (!due || *due > now) return outcome;
    if (loss_time_) {
        detect_losses(now, outcome);
        return outcome;
    }
    ++probe_count_;
    probes_due_ = packets_a_probe;
    // Two probes leave each time, so two packets have to go, or what is remembered would grow with the
    // silence.
    for (int i = 0; probe_count_ > probes_before_loss && i < packets_a_probe && !sent_.empty(); ++i) {
        in_flight_ -= sent_.front().size;
        ++lost_packets_;
        std::move(sent_.front().contents.begin(), sent_.front().contents.end(),
                  std::back_inserter(outcome.lost));
        sent_.erase(sent_.begin());
    }
    last_sent_ = now; // the next probe counts from this one, also if there is no room to send it
    return outcome;
}

std::optional<Instant> Recovery::deadline() const {
    if (loss_time_) return loss_time_;
    if (sent_.empty()) return std::nullopt;
    return last_sent_ + probe_interval();
}

std::vector<SentItem> Recovery::handle_new_path() {
    std::vector<SentItem> contents;
    for (auto& packet : sent_)
        std::move(packet.contents.begin(), packet.contents.end(), std::back_inserter(contents));
    sent_.clear();
    in_flight_ = 0;
    window_ = first_window;
    slow_start_threshold_ = std::numeric_limits<std::size_t>::max();
    has_rtt_ = false;
    smoothed_ = variation_ = latest_ = {};
    loss_time_.reset();
    probe_count_ = probes_due_ = 0;
    return contents;
}

bool Recovery::has_room_for(std::size_t size) const {
    return probes_due_ > 0 || in_flight_ + size <= std::min(window_, largest_window);
}

std::vector<SentItem> Recovery::oldest_contents() const {
    return sent_.empty() ? std::vector<SentItem>{} : sent_.front().contents;
}

std::optional<Duration> Recovery::smoothed_rtt() const {
    return has_rtt_ ? std::optional(smoothed_) : std::nullopt;
}

std::size_t Recovery::memory() const {
    std::size_t bytes = sent_.capacity() * sizeof(Sent);
    for (const auto& packet : sent_) bytes += packet.contents.capacity() * sizeof(SentItem);
    return bytes;
}

void Recovery::keep(Sent& packet, std::vector<Sent>::iterator& place) {
    if (&*place != &packet) *place = std::move(packet);
    ++place;
}

void Recovery::measure(Duration sample, Duration delay) {
    // RFC 9002, section 5.3. The peer's own waiting is taken off, as far as it may have waited.
    sample = std::min(sample, longest_sample);
    latest_ = sample;
    if (!has_rtt_) {
        has_rtt_ = true;
        smoothed_ = sample;
        variation_ = sample / 2;
        return;
    }
    const auto waited = std::min(delay, max_ack_delay);
    const auto adjusted = sample > waited ? sample - waited : sample;
    variation_ = (3 * variation_ + std::chrono::abs(smoothed_ - adjusted)) / 4;
    smoothed_ = (7 * smoothed_ + adjusted) / 8;
}

void Recovery::detect_losses(Instant now, Outcome& outcome) {
    loss_time_.reset();
    if (!has_ack_) return;
    const auto delay = loss_delay();
    std::optional<Instant> newest_lost;
    auto kept = sent_.begin();
    for (auto& packet : sent_) {
        const bool is_behind = packet.number < largest_acked_;
        const bool is_lost = is_behind && (packet.number + reordering_threshold <= largest_acked_ ||
                                           packet.time + delay <= now);
        if (!is_lost) {
            if (is_behind && (!loss_time_ || packet.time + delay < *loss_time_))
                loss_time_ = packet.time + delay;
            keep(packet, kept);
            continue;
        }
        in_flight_ -= packet.size;
        ++lost_packets_;
        calm_packets_ = 0;
        newest_lost = packet.time;
        std::move(packet.contents.begin(), packet.contents.end(), std::back_inserter(outcome.lost));
    }
    sent_.erase(kept, sent_.end());
    if (newest_lost && *newest_lost > recovery_start_) {
        // Once a round trip: what was sent before now cannot speak of what comes after.
        recovery_start_ = now;
        window_ = std::max(window_ / 2, first_window);
        slow_start_threshold_ = window_;
    }
}

Duration Recovery::probe_interval() const {
    if (probe_count_ >= patient_probes) return patient_interval;
    const auto unscaled =
        has_rtt_ ? smoothed_ + std::max(4 * variation_, granularity) + max_ack_delay : first_probe_interval;
    const auto scaled = unscaled * (std::int64_t{1} << std::min(probe_count_, 10));
    return std::max(unscaled, std::min(scaled, longest_probe_interval));
}

Duration Recovery::loss_delay() const {
    return std::max(granularity, std::max(smoothed_, latest_) * 9 / 8);
}

} // namespace session
