// SPDX-License-Identifier: MIT
#include "chatd/session/path_validation.hpp"

#include "common/session/session.hpp"
#include "common/wire/packet.hpp"

#include <chrono>
#include <utility>

namespace chatd {
namespace {

// RFC 9000, section 8.1: to an address that is not proven go at most three bytes for one that came.
constexpr std::size_t unproven_factor = 3;
// A packet with a CHALLENGE in it, and how long its answer is waited for.
constexpr std::size_t challenge_size = wire::data_header + 1 + 8 + session::seal_overhead;
constexpr auto challenge_interval = std::chrono::milliseconds(100);

} // namespace

void PathValidation::handle_packet(const net::Path& current, const net::Path& path, std::size_t size,
                                   bool is_newest, Random& random, Instant now) {
    if (path.peer == current.peer) {
        if (is_newest) candidate_.reset(); // it is where it was
        return;
    }
    if (candidate_ && candidate_->path.peer == path.peer)
        candidate_->credit += unproven_factor * size;
    else if (is_newest)
        candidate_ = std::make_unique<Candidate>(Candidate{path, random.u64(), unproven_factor * size, now});
}

std::optional<PathValidation::Challenge> PathValidation::poll_challenge(Instant now) {
    if (!candidate_ || candidate_->ask_at > now || candidate_->credit < challenge_size) return std::nullopt;
    candidate_->ask_at = now + challenge_interval;
    candidate_->credit -= challenge_size;
    return Challenge{&candidate_->path, candidate_->token};
}

std::optional<Instant> PathValidation::next_deadline() const {
    if (!candidate_ || candidate_->credit < challenge_size) return std::nullopt;
    return candidate_->ask_at;
}

bool PathValidation::is_proven(const net::Path& path, std::uint64_t token) const {
    return candidate_ && token == candidate_->token && path.peer == candidate_->path.peer;
}

net::Path PathValidation::take_path() {
    return std::exchange(candidate_, nullptr)->path;
}

} // namespace chatd
