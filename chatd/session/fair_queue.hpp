// SPDX-License-Identifier: MIT
// Whose turn it is at what everybody shares: one source after the other, and of each source one member after
// the other, so that many members at one address get no more of it than one does elsewhere (RFC 970).
#pragma once

#include "chatd/session/peer.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chatd {

class FairQueue {
  public:
    bool empty() const { return turns_.empty(); }
    /// Whether somebody of its source is in it. A source goes by Peer::turn(): two that have the
    /// same share their turn.
    bool has_source_of(const Peer& member) const {
        const auto found = by_source_.find(member.turn());
        return found != by_source_.end() && !found->second.empty();
    }
    /// Behind the others of its source. It must be erased before it dies, or gets another source.
    void push(Peer& member) {
        if (by_source_.size() >= sweep_at_) sweep();
        auto& members = by_source_[member.turn()];
        if (members.empty()) turns_.push_back(member.turn());
        members.push(&member);
    }
    /// The next one; its source is the last then. Not for an empty queue.
    Peer& pop() {
        const auto source = turns_.front();
        turns_.pop_front();
        auto& members = by_source_.find(source)->second;
        auto* member = members.pop();
        if (!members.empty()) turns_.push_back(source);
        return *member;
    }
    /// It has no turn any more.
    void erase(Peer& member) {
        auto& members = by_source_.find(member.turn())->second;
        members.erase(&member);
        if (members.empty()) turns_.erase(std::find(turns_.begin(), turns_.end(), member.turn()));
    }

    enum class Answer {
        done,    ///< it is in the queue no more
        again,   ///< it wants another one, behind the others of its source
        not_yet, ///< it keeps its place, and its source is the last now
        stop,    ///< nobody has a turn at present; it keeps its place
    };
    /// Gives each source turns, round and round, until none of them can use one. `turn` says what became of
    /// it, and leaves the queue alone.
    template<class Turn>
    void serve(Turn&& turn) {
        for (std::size_t idle = 0; idle < turns_.size();) {
            const auto source = turns_.front();
            auto& members = by_source_.find(source)->second;
            auto* member = members.pop();
            const auto answer = turn(*member);
            if (answer == Answer::again)
                members.push(member);
            else if (answer != Answer::done)
                members.put_back(member);
            if (answer == Answer::stop) return;
            turns_.pop_front();
            if (!members.empty()) turns_.push_back(source);
            idle = answer == Answer::not_yet ? idle + 1 : 0;
        }
    }

  private:
    /// First in, first out.
    class Members {
      public:
        bool empty() const { return head_ == members_.size(); }
        void push(Peer* member) {
            if (members_.size() == members_.capacity()) compact();
            members_.push_back(member);
        }
        Peer* pop() {
            auto* member = members_[head_++];
            if (empty()) compact();
            return member;
        }
        void put_back(Peer* member) {
            if (head_ > 0)
                members_[--head_] = member;
            else
                members_.insert(members_.begin(), member);
        }
        void erase(Peer* member) {
            members_.erase(
                std::find(members_.begin() + static_cast<std::ptrdiff_t>(head_), members_.end(), member));
        }

      private:
        void compact() {
            members_.erase(members_.begin(),
                           members_.begin() + static_cast<std::ptrdiff_t>(std::exchange(head_, 0)));
        }
        std::vector<Peer*> members_;
        std::size_t head_ = 0; ///< of those that are left
    };

    void sweep() {
        std::erase_if(by_source_, [](const auto& source) { return source.second.empty(); });
        sweep_at_ = std::max(least_sweep, 2 * by_source_.size());
    }

    static constexpr std::size_t least_sweep = 1024;

    std::deque<std::size_t> turns_; ///< sources with members, each once
    /// Stays with nobody in it until there are many: the next turn of somebody there is seldom far.
    std::unordered_map<std::size_t, Members> by_source_;
    std::size_t sweep_at_ = least_sweep;
};

} // namespace chatd
