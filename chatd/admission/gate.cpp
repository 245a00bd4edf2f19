// SPDX-License-Identifier: MIT
#include "chatd/admission/gate.hpp"

#include "common/session/crypto.hpp"

#include <algorithm>
#include <string>

namespace chatd {
namespace {

// Every namespace of Linux numbers its loopback interface so (LOOPBACK_IFINDEX in its net/flow.h).
constexpr unsigned loopback_index = 1;
constexpr std::uint16_t first_unprivileged_port = 1024;

/// In front of a holder's bytes, so that those of one kind never equal another's.
enum class HolderKind : char { loopback = 'l', address = 'a', network = 'n' };

std::string holder_of(HolderKind kind, std::string_view bytes) {
    return static_cast<char>(kind) + std::string(bytes);
}

} // namespace

bool Gate::is_local(const net::Path& path) {
    return path.local.interface_index == loopback_index;
}

Source Gate::source_of(const net::Path& path) const {
    if (is_local(path)) return {holder_of(HolderKind::loopback, {}), true};
    const auto address = path.peer.host_bytes();
    if (path.peer.family() == AF_INET) return {holder_of(HolderKind::address, address), false};
    const bool is_on_link = path.peer.is_link_local() || is_on_network(path);
    constexpr std::size_t network_bytes = 8; // a /64
    if (!is_on_link) return {holder_of(HolderKind::network, address.substr(0, network_bytes)), false};
    const auto link = path.local.interface_index;
    auto holder = holder_of(HolderKind::address, address);
    holder.append(reinterpret_cast<const char*>(&link), sizeof link); // each link has its own fe80::1
    return {std::move(holder), false, link};
}

bool Gate::is_on_network(const net::Path& path) const {
    return std::any_of(prefixes_.begin(), prefixes_.end(), [&](const net::Prefix& prefix) {
        return prefix.interface_index == path.local.interface_index && prefix.contains(path.peer);
    });
}

Gate::Verdict Gate::judge_join(const net::Path& path) const {
    const bool local = is_local(path);
    if (!local && path.peer.port() < first_unprivileged_port) return Verdict::reflector;
    if (classic_ == ClassicAccess::off) return Verdict::classic_off;
    if (classic_ == ClassicAccess::any || local) return Verdict::welcome;
    return is_on_network(path) ? Verdict::welcome : Verdict::not_on_lan;
}

bool Gate::admit_datagram(const net::Path& path, Instant now) {
    const auto source = source_of(path);
    if (source.is_local) return true;
    if (!datagrams_[slot_of(source)].spend(limits_.datagrams_of_address, now)) return false;
    return !source.link || link_datagrams_[*source.link % link_slots].spend(limits_.datagrams_of_link, now);
}

bool Gate::admit_refusal(const net::Path& path, std::size_t request_size, std::size_t answer_size,
                         Instant now) {
    const auto source = source_of(path);
    if (source.is_local) return true;
    if (path.peer.port() < first_unprivileged_port) return false;
    if (answer_size <= request_size) return true;
    if (!refusals_[slot_of(source)].spend(limits_.refusals_of_address, now)) return false;
    return !source.link || link_refusals_[*source.link % link_slots].spend(limits_.refusals_of_link, now);
}

bool Gate::may_refuse(const net::Path& path, Instant now) const {
    const auto source = source_of(path);
    if (source.is_local) return true;
    if (path.peer.port() < first_unprivileged_port) return false;
    const auto& link = link_refusals_[source.link.value_or(0) % link_slots];
    return refusals_[slot_of(source)].ready_at(limits_.refusals_of_address) <= now &&
           (!source.link || link.ready_at(limits_.refusals_of_link) <= now);
}

std::size_t Gate::turn_of(const Source& source) const {
    std::string key(reinterpret_cast<const char*>(&secret_), sizeof secret_);
    return session::short_digest(key + source.holder);
}

} // namespace chatd
