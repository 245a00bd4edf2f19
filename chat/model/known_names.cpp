// SPDX-License-Identifier: MIT
#include "chat/model/known_names.hpp"

#include <algorithm>
#include <utility>

namespace chat {
namespace {

constexpr std::int64_t day = std::int64_t{24} * 60 * 60;

const std::string& folded(const text::Name& name) {
    return name.keys().front();
}

} // namespace

void KnownNames::begin(std::vector<KnownName> kept) {
    for (auto& one : kept) {
        if (names_.size() >= most) return;
        add(std::move(one));
    }
}

void KnownNames::add(KnownName name) {
    by_other_key_[name.also] = name.folded;
    auto key = name.folded;
    names_.insert_or_assign(std::move(key), std::move(name));
}

void KnownNames::begin_own(const text::Name& name, const wire::Fingerprint& key) {
    own_.insert_or_assign(folded(name), key);
}

KnownNames::Verdict KnownNames::meet(const text::Name& name, const std::optional<wire::Fingerprint>& key,
                                     std::time_t now) {
    const auto found = names_.find(folded(name));
    if (!key) {
        if (found == names_.end() || keyless_.size() >= most) return Verdict::as_before;
        return keyless_.insert(found->first).second ? Verdict::no_key : Verdict::as_before;
    }
    const auto own = own_.find(folded(name));
    const bool was_own = own != own_.end() && own->second != *key;
    if (found == names_.end()) {
        // For example, with a capital I it looks like a known one.
        const auto* alike = find_alike(name);
        const bool is_other = alike != nullptr && alike->key != *key;
        if (names_.size() >= most) make_room();
        add({folded(name), name.keys().back(), *key, now, now});
        changed_.insert(folded(name));
        if (was_own) return Verdict::was_own;
        return is_other ? Verdict::other_key : Verdict::as_before;
    }
    auto& known = found->second;
    const bool is_other = known.key != *key;
    const bool is_again = is_other && known.before == key;
    if (is_other) {
        known.before = std::exchange(known.key, *key);
        known.since = now;
    }
    // So the file is not written anew each time that somebody comes.
    if (is_other || now - known.seen >= day) {
        known.seen = now;
        changed_.insert(known.folded);
    }
    if (is_other && was_own) return Verdict::was_own;
    if (is_again) return Verdict::key_again;
    return is_other ? Verdict::other_key : Verdict::as_before;
}

const KnownName* KnownNames::find(const text::Name& name) const {
    const auto found = names_.find(folded(name));
    return found == names_.end() ? nullptr : &found->second;
}

const KnownName* KnownNames::find_alike(const text::Name& name) const {
    for (const auto& key : name.keys()) {
        if (const auto found = names_.find(key); found != names_.end()) return &found->second;
        if (const auto other = by_other_key_.find(key); other != by_other_key_.end())
            if (const auto found = names_.find(other->second); found != names_.end()) return &found->second;
    }
    return nullptr;
}

std::vector<KnownName> KnownNames::drain_changed() {
    std::vector<KnownName> changed;
    for (const auto& one : std::exchange(changed_, {})) changed.push_back(names_.at(one));
    return changed;
}

void KnownNames::make_room() {
    // If several were here for as short a time, the one goes that was not seen for the longest.
    const auto worth = [](const auto& one) {
        return std::pair(one.second.seen - one.second.since, one.second.seen);
    };
    const auto least = std::min_element(names_.begin(), names_.end(),
                                        [&](const auto& a, const auto& b) { return worth(a) < worth(b); });
    changed_.erase(least->first);
    if (const auto other = by_other_key_.find(least->second.also);
        other != by_other_key_.end() && other->second == least->first)
        by_other_key_.erase(other);
    names_.erase(least);
}

} // namespace chat
