// SPDX-License-Identifier: MIT
#include "common/net/error_queue.hpp"

#include <linux/errqueue.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace net {
namespace {

bool says_port_is_closed(msghdr& message) {
    for (auto* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
        const bool is_error = (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR) ||
                              (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_RECVERR);
        if (!is_error) continue;
        sock_extended_err error{};
        std::memcpy(&error, CMSG_DATA(header), sizeof error);
        if (error.ee_origin == SO_EE_ORIGIN_ICMP)
            return error.ee_type == ICMP_DEST_UNREACH && error.ee_code == ICMP_PORT_UNREACH;
        if (error.ee_origin == SO_EE_ORIGIN_ICMP6)
            return error.ee_type == ICMP6_DST_UNREACH && error.ee_code == ICMP6_DST_UNREACH_NOPORT;
    }
    return false;
}

} // namespace

void keep_errors(int fd, int family) {
    const int one = 1;
    const int done = family == AF_INET6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &one, sizeof one)
                                        : setsockopt(fd, IPPROTO_IP, IP_RECVERR, &one, sizeof one);
    if (done != 0) throw std::system_error(errno, std::generic_category(), "cannot set up the socket");
}

void drain_error_queue(int fd,
                       const std::function<void(const Address& peer, std::string_view quote)>& handle) {
    for (;;) {
        sockaddr_storage peer{};
        alignas(cmsghdr) std::array<char, 512> control{};
        std::array<char, 2048> quote; // more than a packet of chat/1, or a line, is long
        iovec vector{quote.data(), quote.size()};
        msghdr message{};
        message.msg_name = &peer;
        message.msg_namelen = sizeof peer;
        message.msg_iov = &vector;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const auto got = recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
        if (got < 0) return;
        const auto address = Address::from_sockaddr(reinterpret_cast<sockaddr*>(&peer), message.msg_namelen);
        if (address && says_port_is_closed(message))
            handle(*address, {quote.data(), static_cast<std::size_t>(got)});
    }
}

} // namespace net
