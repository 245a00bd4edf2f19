// SPDX-License-Identifier: MIT
// Judges who may ask, and how often: the answer to spoofed and flooding sources. Its memory is fixed, however
// many come.
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

/// From where classic clients may join.
enum class ClassicAccess { off, lan, any };

/// Where a datagram came from, as limits count it.
struct Source {
    /// Equal for all that one holder may have sent: everything on loopback; an IPv4 address; the full IPv6
    /// address on a link of ours; elsewhere the IPv6 /64.
    std::string holder;
    /// It came in on the loopback interface, and so from this machine. An address of this machine as the
    /// source proves nothing: Linux takes one that was forged from the cable, too.
    bool is_local = false;
    /// The link, for an IPv6 peer on it. One machine can have 2^64 addresses there, so the link has a bound
    /// of its own above that of each holder.
    std::optional<unsigned> link = {};
};

class Gate {
  public:
    /// `secret` keeps strangers from choosing whose slot they share.
    Gate(ClassicAccess classic, const Limits& limits, std::uint64_t secret)
        : limits_(limits)
        , classic_(classic)
        , secret_(secret) {}

    void set_classic(ClassicAccess classic) { classic_ = classic; }
    void set_prefixes(std::vector<net::Prefix> prefixes) { prefixes_ = std::move(prefixes); }

    Source source_of(const net::Path& path) const;
    /// Sources that are equal have the same, and nobody chooses whose it has.
    std::size_t turn_of(const Source& source) const;
    /// The same as source_of(path).is_local. The kernel names loopback only for what was sent to a loopback
    /// address: a program of this machine that asks at its LAN address counts as one of the LAN.
    static bool is_local(const net::Path& path);

    enum class Verdict {
        welcome,
        classic_off,
        not_on_lan,
        reflector, ///< a privileged port: some other service whose name is being misused; never answered
    };
    /// Whether a classic join from there is let in.
    Verdict judge_join(const net::Path& path) const;

    /// Whether a classic datagram from there is looked at, if it is not a member's.
    bool admit_datagram(const net::Path& path, Instant now);

    /// Whether an answer that is `answer_size` bytes long may go out for a request of `request_size`: it does
    /// if it is no larger, or else once a second for that source.
    bool admit_refusal(const net::Path& path, std::size_t request_size, std::size_t answer_size, Instant now);

    /// Whether an answer of which nothing is known but that it is larger may go out; takes nothing. Saves
    /// wording it.
    bool may_refuse(const net::Path& path, Instant now) const;

  private:
    /// Holders share slots by chance.
    std::size_t slot_of(const Source& source) const { return turn_of(source) % slots; }
    /// It is of a network of the interface that its datagram came in by.
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
