// SPDX-License-Identifier: MIT
#include "common/net/address.hpp"

#include <arpa/inet.h>
#include <netdb.h>

#include <charconv>
#include <cstring>
#include <memory>

namespace net {

Address::Address(const sockaddr_in& in) {
    storage_.in.sin_family = AF_INET;
    storage_.in.sin_port = in.sin_port;
    storage_.in.sin_addr = in.sin_addr;
}

Address::Address(const sockaddr_in6& in6) {
    storage_.in6.sin6_family = AF_INET6;
    storage_.in6.sin6_port = in6.sin6_port;
    storage_.in6.sin6_addr = in6.sin6_addr;
    storage_.in6.sin6_scope_id = in6.sin6_scope_id;
}

std::optional<Address> Address::from_sockaddr(const sockaddr* address, socklen_t length) {
    if (address == nullptr) return std::nullopt;
    if (address->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
        sockaddr_in in{};
        std::memcpy(&in, address, sizeof in);
        return Address(in);
    }
    if (address->sa_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
        sockaddr_in6 in6{};
        std::memcpy(&in6, address, sizeof in6);
        return Address(in6);
    }
    return std::nullopt;
}

std::optional<Address> Address::parse(std::string_view literal, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(std::string(literal).c_str(), nullptr, &hints, &found) != 0) return std::nullopt;
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
    const auto address = from_sockaddr(found->ai_addr, found->ai_addrlen);
    if (!address) return std::nullopt;
    return address->with_port(port);
}

std::uint16_t Address::port() const {
    return ntohs(storage_.in.sin_port); // at the same place in both families
}

Address Address::with_port(std::uint16_t port) const {
    auto copy = *this;
    copy.storage_.in.sin_port = htons(port);
    return copy;
}

bool Address::is_loopback() const {
    if (family() == AF_INET) return (ntohl(storage_.in.sin_addr.s_addr) >> 24) == 127;
    return IN6_IS_ADDR_LOOPBACK(&storage_.in6.sin6_addr);
}

bool Address::is_link_local() const {
    return family() == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&storage_.in6.sin6_addr);
}

bool Address::is_unspecified() const {
    if (family() == AF_INET) return storage_.in.sin_addr.s_addr == INADDR_ANY;
    return IN6_IS_ADDR_UNSPECIFIED(&storage_.in6.sin6_addr);
}

const sockaddr* Address::sockaddr_pointer() const {
    return reinterpret_cast<const sockaddr*>(&storage_);
}

socklen_t Address::sockaddr_length() const {
    return family() == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
}

std::string_view Address::host_bytes() const {
    if (family() == AF_INET)
        return {reinterpret_cast<const char*>(&storage_.in.sin_addr), sizeof storage_.in.sin_addr};
    return {reinterpret_cast<const char*>(&storage_.in6.sin6_addr), sizeof storage_.in6.sin6_addr};
}

std::string_view Address::holder_bytes() const {
    constexpr std::size_t ipv6_prefix_bytes = 8;
    return host_bytes().substr(0, ipv6_prefix_bytes);
}

std::string Address::host() const {
    char text[NI_MAXHOST] = "?";
    getnameinfo(sockaddr_pointer(), sockaddr_length(), text, sizeof text, nullptr, 0, NI_NUMERICHOST);
    return text;
}

std::string Address::to_string() const {
    const auto port_text = ":" + std::to_string(port());
    return family() == AF_INET6 ? "[" + host() + "]" + port_text : host() + port_text;
}

bool Address::operator==(const Address& other) const {
    return family() == other.family() && port() == other.port() && host_bytes() == other.host_bytes() &&
           (family() == AF_INET || storage_.in6.sin6_scope_id == other.storage_.in6.sin6_scope_id);
}

std::size_t Address::hash() const {
    return std::hash<std::string_view>{}(host_bytes()) ^ (std::size_t{port()} * 0x9E3779B97F4A7C15U);
}

std::optional<Address> Prefix::everybody() const {
    if (address.is_loopback()) return std::nullopt;
    if (address.family() == AF_INET6) {
        // Once for each link: by its link-local address.
        if (!address.is_link_local()) return std::nullopt;
        sockaddr_in6 group{};
        inet_pton(AF_INET6, discovery_group, &group.sin6_addr);
        group.sin6_scope_id = interface_index;
        return Address(group);
    }
    constexpr unsigned bits = 32;
    if (length >= bits - 1) return std::nullopt; // a single host, or two ends of a cable
    sockaddr_in all{};
    std::memcpy(&all.sin_addr, address.host_bytes().data(), sizeof all.sin_addr);
    all.sin_addr.s_addr |= htonl(~std::uint32_t{0} >> length);
    return Address(all);
}

bool Prefix::contains(const Address& host) const {
    if (host.family() != address.family()) return false;
    const auto ours = address.host_bytes();
    const auto theirs = host.host_bytes();
    const std::size_t whole = length / 8;
    if (std::memcmp(ours.data(), theirs.data(), whole) != 0) return false;
    const unsigned rest = length % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<unsigned char>(0xFFU << (8 - rest));
    return ((static_cast<unsigned char>(ours[whole]) ^ static_cast<unsigned char>(theirs[whole])) & mask) ==
           0;
}

std::optional<HostPort> parse_host_port(std::string_view text, std::uint16_t default_to) {
    HostPort result;
    result.port = default_to;
    std::string_view port;
    bool has_port = false;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        result.host = text.substr(1, close - 1);
        const auto rest = text.substr(close + 1);
        if (!rest.empty() && !rest.starts_with(':')) return std::nullopt;
        has_port = !rest.empty();
        port = has_port ? rest.substr(1) : rest;
    } else {
        // Several colons and no brackets are a bare IPv6 address.
        const auto colon = text.find(':');
        has_port = colon != std::string_view::npos && colon == text.rfind(':');
        result.host = text.substr(0, has_port ? colon : text.size());
        if (has_port) port = text.substr(colon + 1);
    }
    if (result.host.empty() || result.host.find('\0') != std::string::npos) return std::nullopt;
    if (has_port) {
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), result.port);
        if (error != std::errc{} || end != port.data() + port.size() || result.port == 0) return std::nullopt;
    }
    return result;
}

} // namespace net
