// SPDX-License-Identifier: MIT
#include "chatd/session/cookies.hpp"

#include "common/wire/bytes.hpp"

#include <string>

namespace chatd {
namespace {

using namespace std::chrono_literals;

constexpr Duration cookie_lifetime = 120s; // and as long again as the previous one

} // namespace

Cookies::Cookies(Random& random)
    : random_(random) {
    for (auto& key : keys_) random_.fill(key.data.data(), key.data.size());
}

Cookies::Baked Cookies::bake(const net::Address& address, Instant now) {
    turn_key(now);
    return {stamp_, cookie_for(address, stamp_)};
}

wire::Cookie Cookies::cookie_for(const net::Address& address, std::uint32_t stamp) const {
    std::string bytes(address.host_bytes());
    wire::Writer writer(bytes);
    writer.u16(address.port());
    writer.u32(stamp);
    return session::short_mac(keys_[stamp % 2], bytes);
}

bool Cookies::is_good(const net::Address& address, std::uint32_t stamp, const wire::Cookie& cookie,
                      Instant now) {
    turn_key(now);
    if (stamp != stamp_ && stamp + 1 != stamp_) return false;
    return session::is_equal(cookie, cookie_for(address, stamp));
}

void Cookies::turn_key(Instant now) {
    while (now - turned_ >= cookie_lifetime) {
        ++stamp_;
        auto& key = keys_[stamp_ % 2];
        random_.fill(key.data.data(), key.data.size());
        // After a long quiet both keys are new, however many lifetimes it was.
        turned_ = now - turned_ >= 2 * cookie_lifetime ? now - cookie_lifetime : now;
    }
}

} // namespace chatd
