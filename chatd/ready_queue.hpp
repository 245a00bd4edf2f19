// SPDX-License-Identifier: MIT
// Whose turn it is to be sent a packet: one source after the other, and of each source one member after the
// other, so that many members at one address get no more of what everybody shares than one does elsewhere.
#pragma once

#include "common/wire/packet.hpp"

#include <cstddef>
#include <deque>
#include <unordered_map>

namespace chatd {

class ReadyQueue {
  public:
    bool empty() const { return turns_.empty(); }
    /// Behind the others of that holder, which goes by its hash: two that have the same share their turn.
    void push(std::size_t holder, wire::SessionId member) {
        if (turns_.empty() && by_holder_.size() > max_idle) by_holder_.clear();
        auto& members = by_holder_[holder];
        if (members.empty()) turns_.push_back(holder);
        members.push_back(member);
    }
    /// The next one; its holder is the last then. Not for an empty queue.
    wire::SessionId pop() {
        const auto holder = turns_.front();
        turns_.pop_front();
        auto& members = by_holder_.find(holder)->second;
        const auto member = members.front();
        members.pop_front();
        if (!members.empty()) turns_.push_back(holder);
        return member;
    }

  private:
    static constexpr std::size_t max_idle = 8192;

    std::deque<std::size_t> turns_; ///< holders with members, each once
    /// Stays with nobody in it, since the next packet for somebody there is never far.
    std::unordered_map<std::size_t, std::deque<wire::SessionId>> by_holder_;
};

} // namespace chatd
