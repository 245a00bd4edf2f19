// SPDX-License-Identifier: MIT
// Who may ask, and how often: the answers to spoofed and flooding sources. Its memory is fixed, whoever
// comes.
#pragma once

#include "common/net/datagram.hpp"
#include "common/token_bucket.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace chatd {

/// From where classic clients may join.
enum class ClassicAccess { off, lan, any };

class Gate {
  public:
    /// `secret` keeps strangers from choosing whose slot they share.
    Gate(ClassicAccess classic, std::uint64_t secret)
        : classic_(classic)
        , secret_(secret) {}

    void set_classic(ClassicAccess classic) { classic_ = classic; }
    void set_prefixes(std::vector<net::Prefix> prefixes) { prefixes_ = std::move(prefixes); }

    /// Whether the source is this machine itself, and so can't be spoofed from elsewhere.
    bool is_local(const net::Address& source) const;

    enum class Verdict {
        welcome,
        classic_off,
        not_on_lan,
        reflector, ///< a privileged port: some other service whose name is being misused; never answered
    };
    /// Whether a classic join from there is let in.
    Verdict judge_join(const net::Path& path) const;

    /// Whether a datagram from there is looked at at all (members and strangers alike).
    bool admit_datagram(const net::Address& source, Instant now);

    /// Whether an answer that is `answer_size` bytes long may go out for a request of `request_size`: it does
    /// if it is no larger, or else once a second for that source.
    bool admit_refusal(const net::Address& source, std::size_t request_size, std::size_t answer_size,
                       Instant now);

  private:
    /// Sources share slots by their IPv4 address or IPv6 /64.
    std::size_t slot_of(const net::Address& source) const;

    static constexpr std::size_t slots = 4096;
    ClassicAccess classic_;
    std::uint64_t secret_;
    std::vector<net::Prefix> prefixes_;
    std::array<TokenBucket, slots> datagrams_{};
    std::array<TokenBucket, slots> refusals_{};
};

} // namespace chatd
