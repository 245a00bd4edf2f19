// SPDX-License-Identifier: MIT
// Where a member may be, but has not shown to be (RFC 9000, sections 8.2 and 9.3). If its newest packet came
// from a new address, it may have moved there, or somebody else have sent a copy from there: the address is
// challenged, and until the answer comes nothing changes.
#pragma once

#include "common/base/random.hpp"
#include "common/base/time.hpp"
#include "common/net/datagram.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace chatd {

class PathValidation {
  public:
    /// A genuine packet of `size` bytes came by `path`, from a member that is at `current`.
    void handle_packet(const net::Path& current, const net::Path& path, std::size_t size, bool is_newest,
                       Random& random, Instant now);

    struct Challenge {
        const net::Path* path; ///< valid until the next call
        std::uint64_t token;
    };
    /// What is to be sent now: repeated, and no more than the address may be sent.
    std::optional<Challenge> poll_challenge(Instant now);
    std::optional<Instant> next_deadline() const;

    /// Whether `token` came back from where it was sent.
    bool is_proven(const net::Path& path, std::uint64_t token) const;
    /// The path that was challenged; nothing is any more. Only after is_proven() has said so.
    net::Path take_path();
    void end() { candidate_.reset(); }

    /// Bytes of memory besides its own size.
    std::size_t memory() const { return candidate_ ? sizeof(Candidate) : 0; }

  private:
    struct Candidate {
        net::Path path;
        std::uint64_t token = 0;
        std::size_t credit = 0; ///< bytes that may be sent there
        Instant ask_at{};
    };
    std::unique_ptr<Candidate> candidate_; ///< seldom there
};

} // namespace chatd
