// SPDX-License-Identifier: MIT
#include "common/session/recovery.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace session {
namespace {

using namespace std::chrono_literals;

// RFC 9002, section 6.1.1.
constexpr std::uint64_t reordering_threshold = 3;
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

} // namespace

void Recovery::handle_sent(std::uint64_t number, std::size_t size, std::vector<SentItem> items, Instant now) {
    sent_.add({number, now, size, std::move(items)});
    congestion_.add(size);
    last_sent_ = now;
    if (probes_due_ > 0) --probes_due_;
}

Recovery::Outcome Recovery::handle_ack(std::span<const Interval> intervals, Duration delay, Instant now) {
    Outcome outcome;
    if (intervals.empty()) return outcome;
    const auto largest = intervals.front().last;
    const bool was_limiting = congestion_.is_limiting();
    std::size_t acked_bytes = 0; // that left after the window was last made smaller
    Instant newest_sent{};
    const auto handle = [&](SentPackets::Packet& packet) {
        outcome.newest = packet.number;
        newest_sent = packet.time;
        calm_packets_ = std::min(calm_packets_ + 1, calm_after);
        congestion_.remove(packet.size);
        if (!congestion_.is_before_cut(packet.time)) acked_bytes += packet.size;
        if (packet.number == largest) rtt_.add(now - packet.time, delay);
        std::move(packet.items.begin(), packet.items.end(), std::back_inserter(outcome.acked));
    };
    for (auto interval = intervals.rbegin(); interval != intervals.rend(); ++interval)
        sent_.take(*interval, handle);
    if (!outcome.newest) return outcome;
    largest_acked_ = std::max(largest_acked_.value_or(0), largest);
    probe_count_ = 0;
    probes_due_ = 0;
    detect_losses(now, outcome);
    if (was_limiting && !congestion_.is_before_cut(newest_sent)) congestion_.grow(acked_bytes);
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
    for (int i = 0; probe_count_ > probes_before_loss && i < packets_a_probe && !sent_.is_empty(); ++i)
        lose_oldest(outcome);
    last_sent_ = now; // the next probe counts from this one, also if there is no room to send it
    return outcome;
}

std::optional<Instant> Recovery::deadline() const {
    if (loss_time_) return loss_time_;
    if (sent_.is_empty()) return std::nullopt;
    return last_sent_ + probe_interval();
}

std::vector<SentItem> Recovery::handle_new_path() {
    congestion_.reset();
    rtt_ = {};
    loss_time_.reset();
    probe_count_ = probes_due_ = 0;
    return sent_.clear();
}

bool Recovery::has_room_for(std::size_t size) const {
    return probes_due_ > 0 || congestion_.has_room_for(size);
}

std::vector<SentItem> Recovery::oldest_items() const {
    return sent_.is_empty() ? std::vector<SentItem>{} : sent_.oldest().items;
}

void Recovery::lose_oldest(Outcome& outcome) {
    const auto packet = sent_.take_oldest();
    congestion_.remove(packet.size);
    ++lost_packets_;
    outcome.lost.insert(outcome.lost.end(), packet.items.begin(), packet.items.end());
}

void Recovery::detect_losses(Instant now, Outcome& outcome) {
    loss_time_.reset();
    const auto delay = rtt_.loss_delay();
    // The older a packet, the more there is to say that it is lost, so that the oldest go first.
    while (!sent_.is_empty() && largest_acked_ && sent_.oldest().number < *largest_acked_) {
        const auto& oldest = sent_.oldest();
        const auto sent = oldest.time;
        if (oldest.number + reordering_threshold > *largest_acked_ && sent + delay > now) {
            loss_time_ = sent + delay;
            return;
        }
        lose_oldest(outcome);
        calm_packets_ = 0;
        congestion_.cut(sent, now);
    }
}

Duration Recovery::probe_interval() const {
    if (probe_count_ >= patient_probes) return patient_interval;
    const auto unscaled = rtt_.probe_timeout();
    const auto scaled = unscaled * (std::int64_t{1} << std::min(probe_count_, 10));
    return std::max(unscaled, std::min(scaled, longest_probe_interval));
}

} // namespace session
