// SPDX-License-Identifier: MIT
// Which packets are lost, when to ask, how much may be under way: RFC 9002 with what was measured for a chat
// on a LAN (see the constants). It remembers for each packet what was in it, and tells what of that arrived
// and what is to be sent again; what those things are it does not know.
#pragma once

#include "common/base/time.hpp"
#include "common/session/ranges.hpp"
#include "common/session/sent_item.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace session {

class Recovery {
  public:
    struct Outcome {
        std::vector<SentItem> acked;
        std::vector<SentItem> lost;
        std::optional<std::uint64_t> newest; ///< the highest number that was acknowledged only now
    };

    Recovery();

    /// An ack-eliciting packet has left. Numbers only grow.
    void handle_sent(std::uint64_t number, std::size_t size, std::vector<SentItem> contents, Instant now);
    /// The peer has these packets; `intervals` descend. `delay` is what it says it waited.
    Outcome handle_ack(std::span<const Interval> intervals, Duration delay, Instant now);
    /// At or after deadline(): what is lost by now; or else probes are due.
    Outcome handle_deadline(Instant now);
    std::optional<Instant> deadline() const;
    /// What is under way goes to where nobody is: it is lost, and what was measured is of no use. Returns
    /// what was in it.
    std::vector<SentItem> handle_new_path();

    /// Packets to send whatever the window says, so that an answer must come.
    int probes_due() const { return probes_due_; }
    /// Whether a packet of `size` may leave now.
    bool has_room_for(std::size_t size) const;

    bool has_unacknowledged() const { return !sent_.empty(); }
    /// The oldest unacknowledged packet's contents: what a probe, or a packet with room in it, sends again.
    std::vector<SentItem> oldest_contents() const;
    /// Probe timeouts since the last new acknowledgement.
    int unanswered_probes() const { return probe_count_; }
    /// Nothing before the first measurement.
    std::optional<Duration> smoothed_rtt() const;
    /// Whether packets have got lost lately.
    bool is_lossy() const { return lost_packets_ > 0 && calm_packets_ < calm_after; }
    std::uint64_t lost_packets() const { return lost_packets_; }
    std::size_t bytes_in_flight() const { return in_flight_; }
    std::size_t window() const { return window_; }
    /// Bytes of memory, about.
    std::size_t memory() const;

  private:
    struct Sent {
        std::uint64_t number = 0;
        Instant time{};
        std::size_t size = 0;
        std::vector<SentItem> contents;
    };

    /// While what is done with goes out of sent_.
    static void keep(Sent& packet, std::vector<Sent>::iterator& place);
    void measure(Duration sample, Duration delay);
    void detect_losses(Instant now, Outcome& outcome);
    Duration probe_interval() const;
    Duration loss_delay() const;

    std::vector<Sent> sent_; ///< ascending; its bytes are bounded by the window and the probes
    std::uint64_t largest_acked_ = 0;
    bool has_ack_ = false;
    std::optional<Instant> loss_time_;
    Instant last_sent_{};
    int probe_count_ = 0;
    int probes_due_ = 0;

    bool has_rtt_ = false;
    Duration smoothed_{};
    Duration variation_{};
    Duration latest_{};

    std::size_t window_;
    std::size_t slow_start_threshold_;
    std::size_t in_flight_ = 0;
    Instant recovery_start_{}; ///< packets sent before are no new sign of congestion
    static constexpr int calm_after = 100;
    std::uint64_t lost_packets_ = 0;
    int calm_packets_ = 0; ///< acknowledged since the last loss
};

} // namespace session
