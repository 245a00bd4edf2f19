// SPDX-License-Identifier: MIT
#include "chatd/admission/ledger.hpp"

#include "common/base/ensure.hpp"

#include <algorithm>

namespace chatd {

Ledger::Ledger(const Limits& limits, const std::optional<Rate>& flood)
    : limits_(limits)
    , flood_(flood) {}

bool Ledger::Account::is_idle(Instant now) const {
    return std::all_of(buckets.begin(), buckets.end(),
                       [&](const TokenBucket& bucket) { return bucket.is_full(now); }) &&
           std::all_of(holdings.begin(), holdings.end(), [](std::size_t count) { return count == 0; });
}

const Limit<Rate>& Ledger::limit(Cost cost) const {
    switch (cost) {
    case Cost::join: return limits_.joins;
    case Cost::handshake: return limits_.handshakes;
    case Cost::guess: return limits_.guesses;
    case Cost::command: return limits_.commands;
    case Cost::search: return limits_.searches;
    }
    ensure(false, "every cost has a limit");
    return limits_.joins;
}

const Limit<std::size_t>& Ledger::limit(Holding what) const {
    switch (what) {
    case Holding::session: return limits_.sessions;
    case Holding::half_open: return limits_.half_open;
    case Holding::waiting_byte: return limits_.waiting_bytes;
    }
    ensure(false, "every holding has a limit");
    return limits_.sessions;
}

std::optional<Rate> Ledger::rate_of_key(Cost cost) const {
    return cost == Cost::command ? flood_ : limit(cost).key;
}

const Rate& Ledger::rate_of(Cost cost, const Source& source) const {
    return source.is_local ? limit(cost).loopback : limit(cost).address;
}

bool Ledger::spend(Cost cost, const Source& source, const wire::MemberId* key, Instant now) {
    if (cost == Cost::command && !flood_) return true;
    if (ready_at(cost, source, key) > now) return false;
    tidy(now);
    everybody_.buckets[index(cost)].spend(limit(cost).everybody, now);
    addresses_[source.holder].buckets[index(cost)].spend(rate_of(cost, source), now);
    if (source.link) links_[*source.link].buckets[index(cost)].spend(limit(cost).link, now);
    if (const auto rate = rate_of_key(cost); rate && key != nullptr)
        keys_[*key].buckets[index(cost)].spend(*rate, now);
    return true;
}

Instant Ledger::shared_ready_at(Cost cost) const {
    if (cost == Cost::command && !flood_) return {};
    return everybody_.buckets[index(cost)].ready_at(limit(cost).everybody);
}

Instant Ledger::source_ready_at(Cost cost, const Source& source) const {
    if (cost == Cost::command && !flood_) return {};
    Instant ready{};
    if (const auto found = addresses_.find(source.holder); found != addresses_.end())
        ready = found->second.buckets[index(cost)].ready_at(rate_of(cost, source));
    return source.link ? std::max(ready, link_ready_at(cost, *source.link)) : ready;
}

Instant Ledger::link_ready_at(Cost cost, unsigned link) const {
    const auto found = links_.find(link);
    if (found == links_.end() || (cost == Cost::command && !flood_)) return {};
    return found->second.buckets[index(cost)].ready_at(limit(cost).link);
}

Instant Ledger::key_ready_at(Cost cost, const wire::MemberId& key) const {
    const auto rate = rate_of_key(cost);
    const auto found = keys_.find(key);
    return rate && found != keys_.end() ? found->second.buckets[index(cost)].ready_at(*rate) : Instant{};
}

void Ledger::charge(Cost cost, const Source& source, int count, Instant now) {
    if (cost == Cost::command && !flood_) return;
    addresses_[source.holder].buckets[index(cost)].charge(rate_of(cost, source), count, now);
}

void Ledger::give_back(Cost cost, const Source& source) {
    everybody_.buckets[index(cost)].give_back(limit(cost).everybody);
    if (const auto found = addresses_.find(source.holder); found != addresses_.end())
        found->second.buckets[index(cost)].give_back(rate_of(cost, source));
    if (source.link) links_[*source.link].buckets[index(cost)].give_back(limit(cost).link);
}

void Ledger::add(Holding what, const Source& source, std::size_t count) {
    if (count == 0) return;
    everybody_.holdings[index(what)] += count;
    addresses_[source.holder].holdings[index(what)] += count;
    if (source.link) links_[*source.link].holdings[index(what)] += count;
}

void Ledger::remove(Holding what, const Source& source, std::size_t count) {
    if (count == 0) return;
    const auto found = addresses_.find(source.holder);
    ensure(found != addresses_.end() && found->second.holdings[index(what)] >= count,
           "what is given back was held");
    everybody_.holdings[index(what)] -= count;
    found->second.holdings[index(what)] -= count;
    if (source.link) links_.at(*source.link).holdings[index(what)] -= count;
}

bool Ledger::may_source_add(Holding what, const Source& source, std::size_t count, const Source* given_up) {
    const auto& bounds = limit(what);
    const auto held_by = [&](const auto& accounts, const auto& whose) {
        const auto found = accounts.find(whose);
        return found == accounts.end() ? 0 : found->second.holdings[index(what)];
    };
    const std::size_t less_on_link = given_up != nullptr && given_up->link == source.link ? 1 : 0;
    const bool may =
        held_by(addresses_, source.holder) + count <= (source.is_local ? bounds.loopback : bounds.address) &&
        (!source.link || held_by(links_, *source.link) + count <= bounds.link + less_on_link);
    if (!may) ++limits_met_;
    return may;
}

bool Ledger::may_add(Holding what, const Source& source, std::size_t count) {
    if (!may_source_add(what, source, count)) return false;
    const bool may = everybody_.holdings[index(what)] + count <= limit(what).everybody;
    if (!may) ++limits_met_;
    return may;
}

std::size_t Ledger::memory() const {
    constexpr std::size_t node = 64; // of a hash table, with its string
    return (addresses_.size() + keys_.size()) * (sizeof(Account) + node);
}

void Ledger::tidy(Instant now) {
    if (addresses_.size() + keys_.size() < tidy_at_) return;
    const auto forget_idle = [&](auto& accounts) {
        std::erase_if(accounts, [&](const auto& entry) { return entry.second.is_idle(now); });
    };
    forget_idle(addresses_);
    forget_idle(keys_);
    constexpr std::size_t least = 1024;
    tidy_at_ = std::max(least, 2 * (addresses_.size() + keys_.size()));
}

} // namespace chatd
