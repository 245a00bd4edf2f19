// SPDX-License-Identifier: MIT
#include "chatd/classic/pending_joins.hpp"

#include <algorithm>
#include <utility>

namespace chatd {

void PendingJoins::add(const wire::MemberId& member, PendingJoin join) {
    from_[join.path.peer] = member;
    joins_[member] = std::move(join);
}

std::optional<PendingJoin> PendingJoins::take(const wire::MemberId& member) {
    const auto found = joins_.find(member);
    if (found == joins_.end()) return std::nullopt;
    auto join = std::move(found->second);
    joins_.erase(found);
    from_.erase(join.path.peer);
    return join;
}

std::size_t PendingJoins::count_from(const std::string& holder) const {
    return static_cast<std::size_t>(std::count_if(
        joins_.begin(), joins_.end(), [&](const auto& join) { return join.second.holder == holder; }));
}

} // namespace chatd
