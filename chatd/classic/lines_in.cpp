// SPDX-License-Identifier: MIT
#include "chatd/classic/lines_in.hpp"

#include "common/base/sooner.hpp"

#include <iterator>
#include <utility>
#include <vector>

namespace chatd {
namespace {

std::size_t bytes_of(const wire::Command& command) {
    const auto* say = std::get_if<wire::Say>(&command);
    return say == nullptr ? 0 : say->text.view().size();
}

/// Bytes of what is said in them.
std::size_t bytes_of(const std::vector<wire::Command>& commands) {
    std::size_t bytes = 0;
    for (const auto& command : commands) bytes += bytes_of(command);
    return bytes;
}

} // namespace

LinesIn::Outcome LinesIn::say(ClassicMember& member, wire::Say say, Instant now) {
    if (!flood_ || (member.waiting.empty() && member.speech.spend(*flood_, now))) {
        context_.submit({member.id, {}, std::move(say)});
        return Outcome::submitted;
    }
    if (member.waiting.size() >= max_waiting || bytes_of(member.waiting) >= max_waiting_bytes) {
        context_.notice({Level::debug, "flood", std::string(member.name.view()), "a line refused"});
        return Outcome::refused;
    }
    if (member.waiting.empty()) {
        context_.notice({Level::info, "flood", std::string(member.name.view()), "lines delayed"});
        waiting_.emplace(member.id, member.path.peer);
    }
    member.waiting.emplace_back(std::move(say));
    return Outcome::waits;
}

void LinesIn::leave(ClassicMember& member) {
    if (std::exchange(member.is_leaving, true)) return;
    if (member.waiting.empty()) return context_.submit({member.id, {}, wire::Leave{}});
    // What it said before it left is said first, at the pace that everybody is held to.
    member.waiting.emplace_back(wire::Leave{});
}

void LinesIn::stay(ClassicMember& member) {
    if (std::exchange(member.is_leaving, false)) member.waiting.pop_back();
}

void LinesIn::leave_at_once(ClassicMember& member) {
    member.is_leaving = true;
    member.waiting.clear();
    waiting_.erase(member.id);
    context_.submit({member.id, {}, wire::Leave{}});
}

void LinesIn::handle_deadline(Instant now) {
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        auto& member = members_.at(next->second);
        auto& waiting = member.waiting;
        std::size_t released = 0;
        while (released < waiting.size()) {
            const bool is_line = !std::holds_alternative<wire::Leave>(waiting[released]);
            if (is_line && !member.speech.spend(*flood_, now)) break;
            context_.submit({member.id, {}, std::move(waiting[released++])});
        }
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(released));
        next = waiting.empty() ? waiting_.erase(next) : std::next(next);
    }
}

std::optional<Instant> LinesIn::next_deadline() const {
    std::optional<Instant> earliest;
    for (const auto& [id, address] : waiting_) {
        earliest = sooner(earliest, members_.at(address).speech.ready_at(*flood_));
    }
    return earliest;
}

std::size_t LinesIn::memory() const {
    std::size_t bytes = 0;
    for (const auto& [id, address] : waiting_)
        for (const auto& command : members_.at(address).waiting) bytes += sizeof command + bytes_of(command);
    return bytes;
}

} // namespace chatd
