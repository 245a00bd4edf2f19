// SPDX-License-Identifier: MIT
// Changes of the roster that are not in the log, from the feed.
#pragma once

#include "chatd/session/streams/stream.hpp"
#include "common/wire/frame.hpp"

#include <algorithm>
#include <set>

namespace chatd {

class PresenceStream {
  public:
    /// The first change that the member does not know from its roster.
    void begin_at(wire::Sequence first) { next_ = first; }

    bool write(Outgoing& out) {
        const auto& changes = out.feed.presences;
        next_ = std::max(next_, changes.first());
        pending_.erase(pending_.begin(), pending_.lower_bound(changes.first()));
        const auto put = [&](wire::Sequence number) {
            return out.add(wire::PresenceFrame{number, {changes.at(number, out.reader)}}, number);
        };
        while (!pending_.empty() && put(*pending_.begin())) pending_.erase(pending_.begin());
        while (next_ < changes.end() && put(next_)) ++next_;
        return true;
    }
    void on_acked(const session::SentItem&) {}
    void on_lost(const session::SentItem& item) {
        for (auto number = item.first; number < item.first + item.count; ++number) pending_.insert(number);
    }
    std::size_t memory() const { return node_size * pending_.size(); }

  private:
    wire::Sequence next_ = 0;          ///< the first change that was never sent
    std::set<wire::Sequence> pending_; ///< lost ones, to be sent again
};

} // namespace chatd
