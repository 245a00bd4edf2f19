// SPDX-License-Identifier: MIT
// Where datagrams come from and go to, as values. Names of hosts are looked up elsewhere, by resolve().
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace net {

inline constexpr std::uint16_t default_port = 9000;

/// An IPv4 or IPv6 address with its port.
class Address {
  public:
    Address() = default;
    explicit Address(const sockaddr_in& in);
    explicit Address(const sockaddr_in6& in6);
    /// From a structure that the kernel filled in; empty for other families.
    static std::optional<Address> from_sockaddr(const sockaddr* address, socklen_t length);
    /// A literal without its port: "10.0.0.5", "::1", "fe80::1%eth0".
    static std::optional<Address> parse(std::string_view literal, std::uint16_t port);

    int family() const { return storage_.in.sin_family; }
    std::uint16_t port() const;
    Address with_port(std::uint16_t port) const;
    bool is_loopback() const;
    /// Of fe80::/10: on the link that it was heard on, never behind a router.
    bool is_link_local() const;
    /// Everybody on this machine, not one of its addresses: 0.0.0.0 or [::].
    bool is_unspecified() const;
    const sockaddr* sockaddr_pointer() const;
    socklen_t sockaddr_length() const;
    /// The address bytes without the port: 4 or 16 of them.
    std::string_view host_bytes() const;
    /// The part that belongs to one holder, as limits count it: the IPv4 address, or the IPv6 /64.
    std::string_view holder_bytes() const;

    /// "10.0.0.5", "fe80::1%eth0"
    std::string host() const;
    /// "10.0.0.5:9000", "[fe80::1%eth0]:9000"
    std::string to_string() const;

    /// The same family, host, scope and port.
    bool operator==(const Address& other) const;
    std::size_t hash() const;

  private:
    union Storage {
        sockaddr_in in;
        sockaddr_in6 in6;
    };
    Storage storage_{};
};

/// Where hosts of rooms listen for questions to everybody on an IPv6 link: a transient group (RFC 4291,
/// section 2.7) of this protocol's.
inline constexpr const char* discovery_group = "ff12::6368:6174";

/// The network that an interface can reach without a router.
struct Prefix {
    unsigned interface_index = 0;
    Address address; ///< port 0
    unsigned length = 0;
    bool contains(const Address& host) const;
    /// Where all of its hosts that have rooms listen: its broadcast address, or discovery_group on its link.
    /// Empty for one without other hosts.
    std::optional<Address> everybody() const;
};

struct HostPort {
    std::string host;
    std::uint16_t port = default_port;
};

/// "HOST", "HOST:PORT", "[V6]:PORT", "[V6]", or a bare V6; one without a port gets `port`. Empty
/// if it is none of these.
std::optional<HostPort> parse_host_port(std::string_view text, std::uint16_t port = default_port);

} // namespace net

template<>
struct std::hash<net::Address> {
    std::size_t operator()(const net::Address& address) const noexcept { return address.hash(); }
};
