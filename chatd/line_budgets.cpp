// SPDX-License-Identifier: MIT
#include "chatd/line_budgets.hpp"

#include "common/ensure.hpp"

namespace chatd {
namespace {

// A budget is whole again after two seconds.
constexpr Duration sweep_interval = std::chrono::seconds(1);

} // namespace

bool LineBudgets::has_room_for(const net::Address& peer, Instant now) {
    if (spent_ > 0 && now - swept_at_ >= sweep_interval) {
        swept_at_ = now;
        spent_ -= std::erase_if(budgets_, [&](const auto& entry) {
            const auto& budget = entry.second;
            return budget.members_ == 0 &&
                   budget.ready_at(limits_.lines, static_cast<std::size_t>(limits_.lines.burst)) <= now;
        });
    }
    return spent_ < limits_.spent_budgets || budgets_.contains(peer.with_port(0));
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
