// SPDX-License-Identifier: MIT
// How many bytes may be under way (RFC 9002, section 7): slow start, then congestion avoidance, with a floor
// and a ceiling that suit a chat on a LAN.
#pragma once

#include "common/base/time.hpp"

#include <cstddef>

namespace session {

class Congestion {
  public:
    Congestion();

    /// Whether a packet of `size` may leave now.
    bool has_room_for(std::size_t size) const;
    /// Whether the window is what holds packets back; one that is not used does not grow.
    bool is_limiting() const;
    /// Whether what left at `sent` did so before the window was last made smaller.
    bool is_before_cut(Instant sent) const { return sent <= cut_at_; }

    /// A packet has left.
    void add(std::size_t size) { in_flight_ += size; }
    /// A packet is under way no more, whether it arrived or not.
    void remove(std::size_t size) { in_flight_ -= size; }
    /// So many bytes, sent after the last cut, have arrived while the window was limiting.
    void grow(std::size_t acked_bytes);
    /// Packets are lost, of which the newest left at `sent`: the window is halved, once a round trip.
    void cut(Instant sent, Instant now);
    /// Another path: nothing is under way there, and nothing is known of it.
    void reset();

    std::size_t bytes_in_flight() const { return in_flight_; }
    std::size_t window() const { return window_; }

  private:
    std::size_t window_;
    std::size_t slow_start_threshold_;
    std::size_t in_flight_ = 0;
    Instant cut_at_{}; ///< packets sent before are no new sign of congestion
};

} // namespace session
