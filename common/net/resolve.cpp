// SPDX-License-Identifier: MIT
#include "common/net/resolve.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

namespace net {

std::vector<Address> resolve(const HostPort& where) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    const int error = getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &found);
    if (error != 0) {
        const std::string why = error == EAI_SYSTEM ? std::strerror(errno) : gai_strerror(error);
        throw std::runtime_error("cannot find the host '" + where.host + "': " + why +
                                 " (is the name spelled right? an IP address works without a name server)");
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
    std::vector<Address> addresses;
    for (const auto* entry = found; entry != nullptr; entry = entry->ai_next)
        if (const auto address = Address::from_sockaddr(entry->ai_addr, entry->ai_addrlen))
            addresses.push_back(*address);
    if (addresses.empty()) throw std::runtime_error("the host '" + where.host + "' has no IP address");
    return addresses;
}

} // namespace net
