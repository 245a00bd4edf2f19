// SPDX-License-Identifier: MIT
#include "common/net/udp_socket.hpp"

#include "common/base/ensure.hpp"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace net {
namespace {

// Room for a burst from a thousand members while the loop is elsewhere; the kernel may grant less.
constexpr int socket_buffer_bytes = 4 * 1024 * 1024;

void set_option(int fd, int level, int name, int value) {
    if (setsockopt(fd, level, name, &value, sizeof value) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot set up the socket");
}

void set_buffer(int fd, int forced, int plain) {
    const int size = socket_buffer_bytes;
    // The first goes past the system's limit and needs CAP_NET_ADMIN; the second is held to it.
    if (setsockopt(fd, SOL_SOCKET, forced, &size, sizeof size) != 0)
        setsockopt(fd, SOL_SOCKET, plain, &size, sizeof size);
}

union alignas(cmsghdr) PacketInfoBuffer {
    char v4[CMSG_SPACE(sizeof(in_pktinfo))];
    char v6[CMSG_SPACE(sizeof(in6_pktinfo))];
};

LocalEnd local_end_of(msghdr& message) {
    LocalEnd local;
    for (auto* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
            in_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(header), sizeof info);
            sockaddr_in in{};
            in.sin_addr = info.ipi_spec_dst; // unicast also where the datagram went to a broadcast address
            local = {static_cast<unsigned>(info.ipi_ifindex), 0, Address(in)};
        } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(header), sizeof info);
            sockaddr_in6 in6{};
            // An answer can't leave from a group's address; the kernel picks one then.
            if (!IN6_IS_ADDR_MULTICAST(&info.ipi6_addr)) in6.sin6_addr = info.ipi6_addr;
            local = {info.ipi6_ifindex, 0, Address(in6)};
        }
    }
    return local;
}

template<class Info>
void put_control(msghdr& message, PacketInfoBuffer& buffer, int level, int type, const Info& info) {
    message.msg_control = &buffer;
    message.msg_controllen = CMSG_SPACE(sizeof info);
    auto* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(header), &info, sizeof info);
}

/// Lets an answer leave from where its question arrived; on a machine with several addresses the kernel's
/// choice may be another, which a connected client socket would not take.
void put_source(msghdr& message, PacketInfoBuffer& buffer, const LocalEnd& local) {
    if (local.address.is_unspecified()) return;
    const auto bytes = local.address.host_bytes();
    if (local.address.family() == AF_INET) {
        in_pktinfo info{};
        std::memcpy(&info.ipi_spec_dst, bytes.data(), sizeof info.ipi_spec_dst);
        put_control(message, buffer, IPPROTO_IP, IP_PKTINFO, info);
    } else {
        in6_pktinfo info{};
        std::memcpy(&info.ipi6_addr, bytes.data(), sizeof info.ipi6_addr);
        put_control(message, buffer, IPPROTO_IPV6, IPV6_PKTINFO, info);
    }
}

} // namespace

UdpSocket::UdpSocket(const Address& where)
    : descriptor_(::socket(where.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP))
    , family_(where.family())
    , buffers_(batch_size * max_received) {
    if (!descriptor_) throw std::system_error(errno, std::generic_category(), "cannot make a socket");
    if (family_ == AF_INET6) {
        set_option(fd(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
        set_option(fd(), IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    } else {
        set_option(fd(), IPPROTO_IP, IP_PKTINFO, 1);
    }
    keep_errors(fd(), family_);
    set_buffer(fd(), SO_RCVBUFFORCE, SO_RCVBUF);
    set_buffer(fd(), SO_SNDBUFFORCE, SO_SNDBUF);
    if (::bind(fd(), where.sockaddr_pointer(), where.sockaddr_length()) != 0)
        throw std::system_error(errno, std::generic_category());
}

Address UdpSocket::local_address() const {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    getsockname(fd(), reinterpret_cast<sockaddr*>(&storage), &length);
    const auto address = Address::from_sockaddr(reinterpret_cast<sockaddr*>(&storage), length);
    ensure(address.has_value(), "a UDP socket has an IP address");
    return *address;
}

void UdpSocket::join_group(const char* group, unsigned interface_index) const {
    ipv6_mreq request{};
    inet_pton(AF_INET6, group, &request.ipv6mr_multiaddr);
    request.ipv6mr_interface = interface_index;
    setsockopt(fd(), IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request);
}

std::size_t UdpSocket::receive(const std::function<void(const Datagram&)>& handle) {
    std::array<mmsghdr, batch_size> messages{};
    std::array<iovec, batch_size> vectors{};
    std::array<sockaddr_storage, batch_size> peers;
    std::array<PacketInfoBuffer, batch_size> controls;
    for (std::size_t i = 0; i < batch_size; ++i) {
        vectors[i] = {buffers_.data() + i * max_received, max_received};
        auto& header = messages[i].msg_hdr;
        header.msg_name = &peers[i];
        header.msg_namelen = sizeof peers[i];
        header.msg_iov = &vectors[i];
        header.msg_iovlen = 1;
        header.msg_control = &controls[i];
        header.msg_controllen = sizeof controls[i];
    }
    int count = 0;
    do {
        count = recvmmsg(fd(), messages.data(), batch_size, MSG_DONTWAIT, nullptr);
        // A pending ICMP error surfaces here once; the error queue has its details. Then there may be data.
    } while (count < 0 && errno != EAGAIN && errno != EBADF && errno != ENOTSOCK);
    if (count < 0) return 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        auto& header = messages[i].msg_hdr;
        const auto peer = Address::from_sockaddr(reinterpret_cast<sockaddr*>(&peers[i]), header.msg_namelen);
        if (!peer) continue;
        handle({{*peer, local_end_of(header)},
                {buffers_.data() + i * max_received, messages[i].msg_len},
                (header.msg_flags & MSG_TRUNC) != 0});
    }
    return static_cast<std::size_t>(count);
}

std::size_t UdpSocket::send(std::span<const Outgoing> datagrams) {
    std::array<mmsghdr, batch_size> messages;
    std::array<iovec, batch_size> vectors;
    std::array<PacketInfoBuffer, batch_size> controls;
    std::size_t done = 0;
    int surfaced = 0;
    while (done < datagrams.size()) {
        const auto batch = datagrams.subspan(done, std::min(batch_size, datagrams.size() - done));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            // The kernel only reads through these pointers; its interface has no const.
            vectors[i] = {const_cast<char*>(batch[i].bytes.data()), batch[i].bytes.size()};
            messages[i] = {};
            auto& header = messages[i].msg_hdr;
            header.msg_name = const_cast<sockaddr*>(batch[i].path->peer.sockaddr_pointer());
            header.msg_namelen = batch[i].path->peer.sockaddr_length();
            header.msg_iov = &vectors[i];
            header.msg_iovlen = 1;
            put_source(header, controls[i], batch[i].path->local);
        }
        const int sent = sendmmsg(fd(), messages.data(), static_cast<unsigned>(batch.size()), MSG_DONTWAIT);
        if (sent > 0) {
            done += static_cast<std::size_t>(sent);
            surfaced = 0;
        } else if (errno == EAGAIN) {
            return done;
        } else if (errno == ENOBUFS || (errno != EINTR && ++surfaced > surfaced_errors)) {
            // It was not an ICMP error of an earlier datagram, which surfaces here once. ENOBUFS is not about
            // the socket's buffer: the interface's queue, or the table of neighbours, has no room for this
            // one.
            ++failures_;
            ++done;
            surfaced = 0;
        }
    }
    return done;
}

bool UdpSocket::has_short_queue() const {
    int queued = 0;
    int size = 0;
    socklen_t length = sizeof size;
    ioctl(fd(), SIOCOUTQ, &queued);
    getsockopt(fd(), SOL_SOCKET, SO_SNDBUF, &size, &length);
    return queued < size / 4;
}

} // namespace net
