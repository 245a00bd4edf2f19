// SPDX-License-Identifier: MIT
// Whose turn it is at what everybody shares: one source after the other, and of each source one member after
// the other, so that many members at one address get no more of it than one does elsewhere (RFC 970).
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <unordered_map>

namespace chatd {

class SessionMember;

class FairQueue {
  public:
    bool empty() const { return turns_.empty(); }
    /// Behind the others of that source, which goes by its hash: two that have the same share their turn. It
    /// must be erased before it dies.
    void push(std::size_t source, SessionMember* member) {
        if (turns_.empty() && by_source_.size() > max_idle) by_source_.clear();
        auto& members = by_source_[source];
        if (members.empty()) turns_.push_back(source);
        members.push_back(member);
    }
    /// The next one; its source is the last then. Not for an empty queue.
    SessionMember* pop() {
        const auto source = turns_.front();
        turns_.pop_front();
        auto& members = by_source_.find(source)->second;
        auto* member = members.front();
        members.pop_front();
        if (!members.empty()) turns_.push_back(source);
        return member;
    }
    /// It has no turn any more.
    void erase(std::size_t source, SessionMember* member) {
        auto& members = by_source_.find(source)->second;
        members.erase(std::find(members.begin(), members.end(), member));
        if (members.empty()) turns_.erase(std::find(turns_.begin(), turns_.end(), source));
    }

  private:
    static constexpr std::size_t max_idle = 8192;

    std::deque<std::size_t> turns_; ///< sources with members, each once
    /// Stays with nobody in it, since the next packet for somebody there is never far.
    std::unordered_map<std::size_t, std::deque<SessionMember*>> by_source_;
};

} // namespace chatd
