// SPDX-License-Identifier: MIT
#include "chat/link/presence.hpp"

#include "common/base/overloaded.hpp"

#include <utility>

namespace chat {

void Presence::begin(const wire::Roster& roster, wire::Sequence as_of) {
    as_of_ = as_of;
    known_.clear();
    for (const auto& entry : roster.entries) meet(entry.name, {entry.is_unreachable, as_of, 0});
}

void Presence::meet(const text::Name& name, Known known) {
    if (known_.size() < max_known || known_.contains(name.view())) known_[std::string(name.view())] = known;
}

bool Presence::accept(std::uint64_t number, wire::PresenceChange change) {
    waiting_.emplace(number, std::move(change));
    return waiting_.size() <= max_waiting;
}

void Presence::handle(const wire::Event& event) {
    if (event.sequence <= as_of_) return; // the roster has it
    const auto forget = [&](const text::Name& name) {
        const auto found = known_.find(name.view());
        const bool was_unreachable = found != known_.end() && found->second.is_unreachable;
        if (found != known_.end()) known_.erase(found);
        return was_unreachable;
    };
    std::visit(Overloaded{
                   [&](const wire::Joined& joined) {
                       meet(joined.name, {false, event.sequence, 0});
                   },
                   [&](const wire::Left& left) { forget(left.name); },
                   [&](const wire::Kicked& kicked) { forget(kicked.name); },
                   [&](const wire::Renamed& renamed) {
                       const bool was_unreachable = forget(renamed.name);
                       meet(renamed.new_name, {was_unreachable, event.sequence, 0});
                   },
                   [](const auto&) {},
               },
               event.what);
}

std::vector<wire::PresenceChange> Presence::drain_changes(wire::Sequence cursor) {
    std::vector<wire::PresenceChange> changes;
    for (auto next = waiting_.begin(); next != waiting_.end() && next->second.as_of <= cursor;
         next = waiting_.erase(next)) {
        const auto& [number, change] = *next;
        const auto found = known_.find(change.entry.name.view());
        // It is about a member that had the name before, or has left, or a newer change has overtaken it.
        if (found == known_.end() || change.as_of < found->second.held_since || number < found->second.newest)
            continue;
        found->second.newest = number;
        if (std::exchange(found->second.is_unreachable, change.entry.is_unreachable) !=
            change.entry.is_unreachable)
            changes.push_back(change);
    }
    return changes;
}

} // namespace chat
