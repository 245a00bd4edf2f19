// SPDX-License-Identifier: MIT
// Gives turns at something that everybody shares: one source after the other, and of each source one member
// after the other, so that many members at one address get no more of it than one member elsewhere (RFC 970).
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
    /// Whether a member of the same source is in the queue. Two sources with the same Peer::turn() count as
    /// one.
    bool has_source_of(const Peer& member) const {
        const auto found = by_source_.find(member.turn());
        return found != by_source_.end() && !found->second.empty();
    }
    /// Puts a member after the others of its source. Erase it before it dies or gets another source.
    void push(Peer& member) {
        if (by_source_.size() >= sweep_at_) sweep();
        auto& members = by_source_[member.turn()];
        if (members.empty()) turns_.push_back(member.turn());
        members.push(&member);
    }
    /// Takes the next member out; its source comes last then. The queue must not be empty.
    Peer& pop() {
        const auto source = turns_.front();
        turns_.pop_front();
        auto& members = by_source_.find(source)->second;
        auto* member = members.pop();
        if (!members.empty()) turns_.push_back(source);
        return *member;
    }
    /// Takes a member out.
    void erase(Peer& member) {
        auto& members = by_source_.find(member.turn())->second;
        members.erase(&member);
        if (members.empty()) turns_.erase(std::find(turns_.begin(), turns_.end(), member.turn()));
    }

    enum class Answer {
        done,    ///< it leaves the queue
        again,   ///< it wants another turn, after the others of its source
        not_yet, ///< it keeps its place, and its source comes last now
        stop,    ///< nobody has a turn at present; it keeps its place
    };
    /// Gives each source one turn after the other, until none of them can use one. `turn` gives a member its
    /// turn and must not change the queue.
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
        std::size_t head_ = 0; ///< the index of the first member that is left
    };

    void sweep() {
        std::erase_if(by_source_, [](const auto& source) { return source.second.empty(); });
        sweep_at_ = std::max(least_sweep, 2 * by_source_.size());
    }

    static constexpr std::size_t least_sweep = 1024;

    std::deque<std::size_t> turns_; ///< sources with members, each once
    /// An empty entry stays until there are many: often a member of that source comes again soon.
    std::unordered_map<std::size_t, Members> by_source_;
    std::size_t sweep_at_ = least_sweep;
};

} // namespace chatd
