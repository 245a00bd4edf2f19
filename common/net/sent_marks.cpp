// SPDX-License-Identifier: MIT
#include "common/net/sent_marks.hpp"

#include <functional>
#include <string>

namespace net {
namespace {

// Linux quotes 520 bytes of a payload over IPv4 and more over IPv6; others quote less. A packet of chat/1 has
// its nonce, cookie, or number and sealed bytes within these.
constexpr std::size_t hashed_bytes = 64;

} // namespace

SentMark mark_of(std::string_view datagram, std::uint64_t secret) {
    std::string bytes(datagram.substr(0, hashed_bytes));
    bytes.append(reinterpret_cast<const char*>(&secret), sizeof secret);
    return {std::hash<std::string>{}(bytes), static_cast<std::uint32_t>(datagram.size())};
}

bool is_quoted(const SentMark& mark, std::string_view quote, std::uint64_t secret) {
    const auto hashed = std::min<std::size_t>(mark.length, hashed_bytes);
    if (hashed == 0 || quote.size() < hashed || quote.size() > mark.length) return false;
    return mark_of(quote.substr(0, hashed), secret).hash == mark.hash;
}

} // namespace net
