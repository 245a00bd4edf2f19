// SPDX-License-Identifier: MIT
#include "chatd/gate.hpp"

#include <algorithm>
#include <functional>
#include <string>

namespace chatd {
namespace {

// Eight members (the most that a host has) at the default flood limit need 40 a second; pasting and joining
// come on top.
constexpr Rate datagrams_per_host{200, 100};
constexpr Rate refusals_per_host{1, 1};
constexpr std::uint16_t first_unprivileged_port = 1024;

} // namespace

bool Gate::is_local(const net::Address& source) const {
    if (source.is_loopback()) return true;
    return std::any_of(prefixes_.begin(), prefixes_.end(), [&](const net::Prefix& prefix) {
        return prefix.address.family() == source.family() &&
               prefix.address.host_bytes() == source.host_bytes();
    });
}

Gate::Verdict Gate::judge_join(const net::Path& path) const {
    const auto& source = path.peer;
    const bool local = is_local(source);
    if (!local && source.port() < first_unprivileged_port) return Verdict::reflector;
    if (classic_ == ClassicAccess::off) return Verdict::classic_off;
    if (classic_ == ClassicAccess::any || local) return Verdict::welcome;
    const bool on_lan = std::any_of(prefixes_.begin(), prefixes_.end(), [&](const net::Prefix& prefix) {
        return prefix.interface_index == path.local.interface_index && prefix.contains(source);
    });
    return on_lan ? Verdict::welcome : Verdict::not_on_lan;
}

bool Gate::admit_datagram(const net::Address& source, Instant now) {
    return is_local(source) || datagrams_[slot_of(source)].take(datagrams_per_host, now);
}

bool Gate::admit_refusal(const net::Address& source, std::size_t request_size, std::size_t answer_size,
                         Instant now) {
    if (is_local(source)) return true;
    if (source.port() < first_unprivileged_port) return false;
    return answer_size <= request_size || refusals_[slot_of(source)].take(refusals_per_host, now);
}

std::size_t Gate::slot_of(const net::Address& source) const {
    std::string key(source.holder_bytes());
    key.append(reinterpret_cast<const char*>(&secret_), sizeof secret_);
    return std::hash<std::string>{}(key) % slots;
}

} // namespace chatd
