// SPDX-License-Identifier: MIT
#include "chatd/admission/line_budgets.hpp"

#include "common/base/ensure.hpp"

namespace chatd {
namespace {

constexpr Duration sweep_interval = std::chrono::seconds(1);

} // namespace

bool LineBudgets::has_room_for(const net::Address& peer, Instant now) {
    if (spent_ > 0 && now - swept_at_ >= sweep_interval) {
        swept_at_ = now;
        spent_ -= std::erase_if(budgets_, [&](const auto& entry) {
            return entry.second.members_ == 0 && is_whole(entry.second, now);
        });
    }
    return spent_ < limits_.spent_budgets || budgets_.contains(peer.with_port(0));
}

bool LineBudgets::is_whole(const LineBudget& budget, Instant now) const {
    return budget.bucket_.ready_at(limits_.lines, limits_.lines.burst) <= now &&
           budget.joins_.ready_at(limits_.joins, limits_.joins.burst) <= now;
}

bool LineBudgets::take_join(const net::Address& peer, Instant now) {
    const auto [found, is_new] = budgets_.try_emplace(peer.with_port(0));
    if (is_new) ++spent_;
    return found->second.joins_.spend(limits_.joins, now);
}

LineBudget& LineBudgets::open(const net::Address& peer) {
    const auto [found, is_new] = budgets_.try_emplace(peer.with_port(0));
    auto& budget = found->second;
    if (!is_new && budget.members_ == 0) --spent_;
    ++budget.members_;
    return budget;
}

void LineBudgets::close(const net::Address& peer) {
    const auto found = budgets_.find(peer.with_port(0));
    ensure(found != budgets_.end() && found->second.members_ > 0, "a member has a budget");
    if (--found->second.members_ == 0) ++spent_;
}

} // namespace chatd
