// SPDX-License-Identifier: MIT
// The WELCOME. Until it has begun the member is in no room, and the streams after this one wait.
#pragma once

#include "chatd/session/streams/stream.hpp"
#include "common/wire/frame.hpp"

#include <string>
#include <string_view>

namespace chatd {

class WelcomeStream {
  public:
    /// Keeps the name as it is now: the member may have another one by the time that this arrives.
    void begin(const wire::WelcomeFrame& frame, std::string_view name) {
        frame_ = frame;
        name_ = name;
        has_begun_ = is_pending_ = true;
    }
    bool has_begun() const { return has_begun_; }
    bool is_pending() const { return is_pending_; }

    bool write(Outgoing& out) {
        if (!is_pending_) return has_begun_;
        auto frame = frame_;
        frame.name = name_;
        is_pending_ = !out.add(frame);
        return true;
    }
    void on_acked(const session::SentItem&) { is_pending_ = false; }
    void on_lost(const session::SentItem&) { is_pending_ = true; }
    std::size_t memory() const { return name_.size(); }

  private:
    wire::WelcomeFrame frame_;
    std::string name_;
    bool has_begun_ = false;
    bool is_pending_ = false;
};

} // namespace chatd
