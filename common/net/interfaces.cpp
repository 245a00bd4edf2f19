// SPDX-License-Identifier: MIT
#include "common/net/interfaces.hpp"

#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <bit>
#include <cerrno>
#include <memory>
#include <system_error>

namespace net {

std::vector<Prefix> interface_prefixes() {
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot list the network interfaces");
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
    std::vector<Prefix> prefixes;
    for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr || entry->ifa_netmask == nullptr || (entry->ifa_flags & IFF_UP) == 0)
            continue;
        const socklen_t size =
            entry->ifa_addr->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
        const auto address = Address::from_sockaddr(entry->ifa_addr, size);
        const auto mask = Address::from_sockaddr(entry->ifa_netmask, size);
        if (!address || !mask) continue;
        unsigned length = 0;
        for (const char byte : mask->host_bytes())
            length += static_cast<unsigned>(std::popcount(static_cast<unsigned char>(byte)));
        prefixes.push_back({if_nametoindex(entry->ifa_name), *address, length});
    }
    return prefixes;
}

InterfaceWatch::InterfaceWatch()
    : descriptor_(::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE)) {
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    groups.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (!descriptor_ || ::bind(fd(), reinterpret_cast<const sockaddr*>(&groups), sizeof groups) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot watch the network interfaces");
}

void InterfaceWatch::clear() const {
    std::array<char, 8192> bytes; // the change does not matter: all is listed anew
    while (::recv(fd(), bytes.data(), bytes.size(), MSG_DONTWAIT) >= 0 || errno == ENOBUFS ||
           errno == EINTR) {
    }
}

} // namespace net
