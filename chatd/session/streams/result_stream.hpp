// SPDX-License-Identifier: MIT
// The results of the commands of a member's outbox.
#pragma once

#include "chatd/room/room.hpp"
#include "chatd/session/streams/stream.hpp"
#include "common/wire/frame.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace chatd {

class ResultStream {
  public:
    /// Commands that a client sends before it has the result of the first.
    static constexpr std::uint64_t max_unresolved = 32;

    void add(const Room::Resolved& resolved, std::string reason) {
        results_[resolved.number] = {resolved, std::move(reason)};
        pending_.insert(resolved.number);
        // A client that sent this one has the results of those that many numbers before it.
        while (results_.begin()->first + max_unresolved <= resolved.number) {
            pending_.erase(results_.begin()->first);
            results_.erase(results_.begin());
        }
    }

    bool write(Outgoing& out) {
        using Status = wire::ResultFrame::Status;
        while (!pending_.empty()) {
            const auto number = *pending_.begin();
            const auto& [resolved, reason] = results_.at(number);
            const auto status = resolved.refusal ? Status::refused : Status::accepted;
            if (!out.add(wire::ResultFrame{number, status, resolved.sequence, reason}, number)) return false;
            pending_.erase(number);
        }
        return true;
    }
    void on_acked(const session::SentItem& item) {
        results_.erase(item.first);
        pending_.erase(item.first);
    }
    void on_lost(const session::SentItem& item) {
        if (results_.contains(item.first)) pending_.insert(item.first);
    }
    std::size_t memory() const { return node_size * results_.size(); }

  private:
    struct Result {
        Room::Resolved resolved;
        std::string reason;
    };
    std::map<std::uint64_t, Result> results_; ///< not arrived yet, by number; at most max_unresolved
    std::set<std::uint64_t> pending_;
};

} // namespace chatd
