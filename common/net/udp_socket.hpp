// SPDX-License-Identifier: MIT
// One UDP socket, in batches, with what a server of many needs: at which of this machine's addresses a
// datagram arrived, answers leaving from there, and ICMP errors as values.
#pragma once

#include "common/net/datagram.hpp"
#include "common/net/error_queue.hpp"
#include "common/os/descriptor.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace net {

class UdpSocket {
  public:
    /// Datagrams longer than this arrive cut. The longest that anybody sends is a classic client's line, with
    /// a text of 8192 bytes.
    static constexpr std::size_t max_received = 8448;
    static constexpr std::size_t batch_size = 64;

    /// Bound to `where`; IPv6 sockets take IPv6 only. Throws std::system_error.
    explicit UdpSocket(const Address& where);

    int fd() const { return descriptor_.get(); }
    /// The address that it is bound to, with the port that the kernel chose if it was asked to.
    Address local_address() const;

    /// Also receives datagrams to an IPv6 group on a link. Does nothing if it can't, or does so already.
    void join_group(const char* group, unsigned interface_index) const;

    /// Hands on what is there, up to `batch_size` datagrams. Returns how many; 0 when there are no more.
    std::size_t receive(const std::function<void(const Datagram&)>& handle);

    /// Sends in order; returns how many are done with. Fewer than all when the kernel's buffer is full: wait
    /// for POLLOUT and go on from there. A datagram that cannot leave (no route, a firewall's word, a full
    /// queue on its way) counts as done and is counted in drain_failures().
    std::size_t send(std::span<const Outgoing> datagrams);

    /// Whether what the kernel has not sent yet takes less than a quarter of its buffer. POLLOUT says less
    /// than half.
    bool has_short_queue() const;

    /// See drain_error_queue().
    void drain_errors(const std::function<void(const Address& peer, std::string_view quote)>& handle) const {
        drain_error_queue(fd(), handle);
    }

    /// How many could not leave since the last call.
    std::uint64_t drain_failures() { return std::exchange(failures_, 0); }

  private:
    os::Descriptor descriptor_;
    int family_ = 0;
    std::vector<char> buffers_;
    std::uint64_t failures_ = 0;
};

} // namespace net
