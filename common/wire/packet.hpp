// SPDX-License-Identifier: MIT
// The outer packets of chat/1: what a datagram is by its first byte, before anything in it is believed. Sizes
// and fields only; cookies, keys and sessions are others' matter.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace wire {

/// UDP payload that passes every path that IPv6 does; more is never sent, and nothing is fragmented.
inline constexpr std::size_t max_packet = 1200;
/// A probe is padded to this, and no answer to it is larger: nothing is amplified.
inline constexpr std::size_t probe_size = 512;

using SessionId = std::uint64_t;
using Nonce = std::array<char, 16>; ///< hexadecimal digits
using Cookie = std::array<std::uint8_t, 16>;
using HostKey = std::array<std::uint8_t, 32>;

/// `P chat/1 ` and a nonce, padded with spaces: text, so that a server of the classic protocol ignores it.
struct Probe {
    Nonce nonce{};
};

/// The answer to a probe: proves the prober's address, and says what is here.
struct RoomAnswer {
    // Hints, which nothing proves.
    Nonce nonce{}; ///< the probe's
    std::uint32_t stamp = 0;
    Cookie cookie{};
    std::uint16_t members = 0;
    // The description: the same for everybody until the host changes it, and covered by the handshake.
    bool has_password = false;  ///< the room wants a password
    std::uint32_t features = 0; ///< that the host knows; see features
    std::uint64_t boot_id = 0;  ///< another after every start of the host
    HostKey host_key{};
    std::string_view room; ///< at most max_label bytes, unchecked
    std::string_view host;
    /// All of the description as it came, with what later versions put behind; format() makes it of the
    /// fields above.
    std::string_view description = {};
};
inline constexpr std::size_t max_label = 160;
/// Features that not every chat/1 has and that both sides must know, a bit each. There is none so far.
inline constexpr std::uint32_t features = 0;

/// The first message of the handshake, with the cookie of the address that it comes from.
struct Hello {
    std::uint32_t stamp = 0;
    Cookie cookie{};
    SessionId client = 0;
    std::uint64_t digest = 0; ///< of the description that the client was told
    std::string_view message;
};

/// The second message.
struct HostAnswer {
    SessionId client = 0;
    std::string_view message;
};

/// The third message; `server` came inside the second.
struct JoinRequest {
    SessionId server = 0;
    std::string_view message;
};

/// Sealed frames. The first data_header bytes of the datagram are the associated data, the number is the
/// nonce.
struct Data {
    SessionId receiver = 0;
    std::uint64_t number = 0;
    std::string_view sealed;
};
inline constexpr std::size_t data_header = 1 + 8 + 8;

/// A host that has been started again tells those who were here, and those who greet it by what is no longer
/// true. Anybody may say so: it is a reason to probe, no more.
struct Restarted {
    std::uint64_t boot_id = 0;
};

using Packet = std::variant<Probe, RoomAnswer, Hello, HostAnswer, JoinRequest, Data, Restarted>;

/// The packet in a datagram; empty for the classic protocol's datagrams and for malformed ones. Views are
/// into the datagram.
std::optional<Packet> parse_packet(std::string_view datagram);

std::string format(const Probe& probe);
std::string format(const RoomAnswer& answer);
std::string format(const Hello& hello);
std::string format(const HostAnswer& answer);
std::string format(const JoinRequest& request);
std::string format(const Restarted& restarted);
/// The description of `answer`, of its fields.
std::string describe(const RoomAnswer& answer);
/// Both sides of a handshake must agree on this before its first message: the protocol, the session, and the
/// room's description.
std::string handshake_prologue(std::string_view description, SessionId client);
/// The header of a Data packet; the sealed frames go behind it.
std::string format_data_header(SessionId receiver, std::uint64_t number);

} // namespace wire
