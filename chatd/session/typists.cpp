// SPDX-License-Identifier: MIT
#include "chatd/session/typists.hpp"

#include "common/wire/message.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace chatd {
namespace {

using namespace std::chrono_literals;

// The list is told at most so often, and a typist is forgotten after so long unless it is told again.
constexpr Duration typing_interval = 500ms;
constexpr Duration typing_lifetime = 6s;

} // namespace

void Typists::handle(const wire::MemberId& member, std::string_view name, bool is_typing, Instant now) {
    forget(member);
    is_news_ = true;
    if (is_typing && list_.size() < wire::max_typing)
        list_.push_back({member, std::string(name), now + typing_lifetime});
}

void Typists::forget(const wire::MemberId& member) {
    const auto is_theirs = [&](const Typist& typist) { return typist.id == member; };
    if (std::erase_if(list_, is_theirs) > 0) is_news_ = true;
}

bool Typists::drain_news(Instant now) {
    if (std::erase_if(list_, [&](const Typist& typist) { return typist.until <= now; }) > 0) is_news_ = true;
    if (!is_news_ || now < told_ + typing_interval) return false;
    is_news_ = false;
    told_ = now;
    return true;
}

std::optional<Instant> Typists::next_deadline() const {
    std::optional<Instant> earliest;
    if (is_news_) earliest = told_ + typing_interval;
    for (const auto& typist : list_) earliest = std::min(earliest.value_or(typist.until), typist.until);
    return earliest;
}

} // namespace chatd
