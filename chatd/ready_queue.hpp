// SPDX-License-Identifier: MIT
// Whose turn it is to be sent a packet: one source after the other, and of each source one member after the
// other, so that many members at one address get no more of what everybody shares than one does elsewhere.
#pragma once

#include "common/wire/packet.hpp"

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>

namespace chatd {

class ReadyQueue {
  public:
    bool empty() const { return turns_.empty(); }
    /// Behind the others of that holder; see Source.
    void push(const std::string& holder, wire::SessionId member) {
        auto& members = by_holder_[holder];
        if (members.empty()) turns_.push_back(holder);
        members.push_back(member);
    }
    /// The next one; its holder is the last then. Not for an empty queue.
    wire::SessionId pop() {
        auto holder = std::move(turns_.front());
        turns_.pop_front();
        const auto found = by_holder_.find(holder);
        const auto member = found->second.front();
        found->second.pop_front();
        if (found->second.empty())
            by_holder_.erase(found);
        else
            turns_.push_back(std::move(holder));
        return member;
    }

  private:
    std::deque<std::string> turns_; ///< holders with members, each once
    std::unordered_map<std::string, std::deque<wire::SessionId>> by_holder_;
};

} // namespace chatd
