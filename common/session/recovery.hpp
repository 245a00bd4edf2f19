// SPDX-License-Identifier: MIT
// Which packets are lost and when to ask (RFC 9002, section 6), with what was measured for a chat on a LAN
// (see the constants). It remembers for each packet what was in it, and tells what of that arrived and what
// is to be sent again; what those things are it does not know. See Rtt for the measuring, and Congestion for
// how much may be under way.
#pragma once

#include "common/base/time.hpp"
#include "common/session/congestion.hpp"
#include "common/session/ranges.hpp"
#include "common/session/rtt.hpp"
#include "common/session/sent_item.hpp"
#include "common/session/sent_packets.hpp"

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

    /// An ack-eliciting packet has left. Numbers only grow.
    void handle_sent(std::uint64_t number, std::size_t size, std::vector<SentItem> items, Instant now);
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

    bool has_unacknowledged() const { return !sent_.is_empty(); }
    /// The oldest unacknowledged packet's items: what a probe, or a packet with room in it, sends again.
    std::vector<SentItem> oldest_items() const;
    /// Probe timeouts since the last new acknowledgement.
    int unanswered_probes() const { return probe_count_; }
    /// Nothing before the first measurement.
    std::optional<Duration> smoothed_rtt() const { return rtt_.smoothed(); }
    /// Whether packets have got lost lately.
    bool is_lossy() const { return lost_packets_ > 0 && calm_packets_ < calm_after; }
    std::uint64_t lost_packets() const { return lost_packets_; }
    std::size_t bytes_in_flight() const { return congestion_.bytes_in_flight(); }
    std::size_t window() const { return congestion_.window(); }
    /// Bytes of memory, about.
    std::size_t memory() const { return sent_.memory(); }

  private:
    /// The oldest packet is under way no more.
    void lose_oldest(Outcome& outcome);
    void detect_losses(Instant now, Outcome& outcome);
    Duration probe_interval() const;

    SentPackets sent_;
    Rtt rtt_;
    Congestion congestion_;
    std::optional<std::uint64_t> largest_acked_;
    std::optional<Instant> loss_time_;
    Instant last_sent_{};
    int probe_count_ = 0;
    int probes_due_ = 0;
    static constexpr int calm_after = 100;
    std::uint64_t lost_packets_ = 0;
    int calm_packets_ = 0; ///< acknowledged since the last loss
};

} // namespace session
