// SPDX-License-Identifier: MIT
// Those who wait for what their address, or everybody together, may have no more of at present. They are
// served by turns, as FairQueue has them, and nobody who comes later overtakes them.
#pragma once

#include "chatd/admission/ledger.hpp"
#include "chatd/session/fair_queue.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <set>

namespace chatd {

class WaitingLine {
  public:
    /// `ledger` must outlive it.
    WaitingLine(const Ledger& ledger, Cost cost)
        : ledger_(ledger)
        , cost_(cost) {}

    bool must_wait(const Peer& member, Instant now) const {
        const auto& link = member.source().link;
        const bool is_behind = is_contended_ || (link && contended_links_.contains(*link));
        return (is_behind && !queue_.empty()) || queue_.has_source_of(member) || ready_at(member) > now;
    }
    /// `is_shared` if what it waits for is nobody's in particular.
    void add(Peer& member, bool is_shared, Instant now) {
        is_contended_ =
            (is_contended_ && !queue_.empty()) || is_shared || ledger_.shared_ready_at(cost_) > now;
        if (queue_.empty()) contended_links_.clear();
        note_link(member, now);
        const auto ready = queue_.empty() ? ready_at(member) : std::min(serve_at_, ready_at(member));
        serve_at_ = std::max(ready, not_before_);
        queue_.push(member);
    }
    void remove(Peer& member) { queue_.erase(member); }

    using Answer = FairQueue::Answer;
    /// Serves those whose turn it is: `take` serves one, and says done, again, or stop if it can't.
    template<class Take>
    void serve(Instant now, Take&& take) {
        if (queue_.empty() || serve_at_ > now) return;
        is_contended_ = false;
        contended_links_.clear();
        serve_at_ = Instant::max();
        queue_.serve([&](Peer& member) {
            const auto shared = ledger_.shared_ready_at(cost_);
            const auto own = ledger_.source_ready_at(cost_, member.source());
            const auto answer = shared > now ? Answer::stop : own > now ? Answer::not_yet : take(member);
            is_contended_ = is_contended_ || answer == Answer::stop;
            if (answer == Answer::stop) serve_at_ = std::min(serve_at_, shared);
            if (answer == Answer::not_yet) {
                serve_at_ = std::min(serve_at_, own);
                note_link(member, now);
            }
            return answer;
        });
        // Each time all who wait are looked at.
        not_before_ = queue_.empty() ? Instant{} : now + pause;
        serve_at_ = std::max(serve_at_, not_before_);
    }
    /// When serve() has something to do.
    std::optional<Instant> next_deadline() const {
        return queue_.empty() ? std::nullopt : std::optional(serve_at_);
    }
    /// Nobody is served before that, unless somebody comes.
    void put_off(Instant until) {
        is_contended_ = true;
        serve_at_ = std::max(serve_at_, until);
    }

  private:
    /// Its link has no more for anybody, if that is what it waits for.
    void note_link(const Peer& member, Instant now) {
        const auto& source = member.source();
        if (source.link && ledger_.link_ready_at(cost_, *source.link) > now)
            contended_links_.insert(*source.link);
    }
    Instant ready_at(const Peer& member) const {
        return std::max(ledger_.shared_ready_at(cost_), ledger_.source_ready_at(cost_, member.source()));
    }

    static constexpr Duration pause = std::chrono::milliseconds(20);

    const Ledger& ledger_;
    Cost cost_;
    FairQueue queue_;
    bool is_contended_ = false;          ///< whoever comes waits, wherever from
    std::set<unsigned> contended_links_; ///< or from these
    Instant serve_at_{};                 ///< when somebody in it may be served
    Instant not_before_{};               ///< that is
};

} // namespace chatd
