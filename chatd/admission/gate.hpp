// SPDX-License-Identifier: MIT
// Judges from where strangers may ask, and how often, so that forged and flooding sources cost little. Its
// memory is fixed, however many come.
#pragma once

#include "chatd/admission/limits.hpp"
#include "common/base/token_bucket.hpp"
#include "common/net/datagram.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chatd {

/// The networks from which classic clients may join.
enum class ClassicAccess { off, lan, any };

/// The source of a datagram, as limits count it.
struct Source {
    /// Equal for all that one holder may have sent: everything on loopback; an IPv4 address; the full IPv6
    /// address on a link of ours; elsewhere the IPv6 /64.
    std::string holder;
    /// It came in on the loopback interface, so it is from this machine. A source address of this machine
    /// would not prove that: Linux accepts one that was forged on the cable.
    bool is_local = false;
    /// The link, for an IPv6 peer on it. One machine can have 2^64 addresses there, so the link has a bound
    /// of its own above that of each holder.
    std::optional<unsigned> link = {};
};

class Gate {
  public:
    /// Because of `secret` strangers can't choose whose slot they share.
    Gate(ClassicAccess classic, const Limits& limits, std::uint64_t secret)
        : limits_(limits)
        , classic_(classic)
        , secret_(secret) {}

    void set_classic(ClassicAccess classic) { classic_ = classic; }
    void set_prefixes(std::vector<net::Prefix> prefixes) { prefixes_ = std::move(prefixes); }

    Source source_of(const net::Path& path) const;
    /// Equal sources have the same turn, and nobody can choose whose turn to share.
    std::size_t turn_of(const Source& source) const;
    /// Whether source_of(path).is_local. The kernel names loopback only for datagrams to a loopback address:
    /// a program of this machine that asks at the machine's LAN address counts as one of the LAN.
    static bool is_local(const net::Path& path);

    enum class Verdict {
        welcome,
        classic_off,
        not_on_lan,
        reflector, ///< a privileged port: another service, whose address is forged; it is never answered
    };
    /// Whether a classic client may join from there.
    Verdict judge_join(const net::Path& path) const;

    /// Whether a classic datagram from there is read although it is no member's.
    bool admit_datagram(const net::Path& path, Instant now);

    /// Whether an answer of `answer_size` bytes may go out for a request of `request_size`: always if it is
    /// no larger, else once a second for that source.
    bool admit_refusal(const net::Path& path, std::size_t request_size, std::size_t answer_size, Instant now);

    /// Whether an answer that is larger than its request may go out. It counts nothing; it saves the work of
    /// wording an answer that can't be sent.
    bool may_refuse(const net::Path& path, Instant now) const;

  private:
    /// Several holders may have the same slot, by chance.
    std::size_t slot_of(const Source& source) const { return turn_of(source) % slots; }
    /// Whether the peer is on a network of the interface by which its datagram came in.
    bool is_on_network(const net::Path& path) const;

    static constexpr std::size_t slots = 4096;
    static constexpr std::size_t link_slots = 64;
    const Limits limits_;
    ClassicAccess classic_;
    std::uint64_t secret_;
    std::vector<net::Prefix> prefixes_;
    std::array<TokenBucket, slots> datagrams_{};
    std::array<TokenBucket, slots> refusals_{};
    std::array<TokenBucket, link_slots> link_datagrams_{};
    std::array<TokenBucket, link_slots> link_refusals_{};
};

} // namespace chatd
