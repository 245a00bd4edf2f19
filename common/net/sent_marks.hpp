// SPDX-License-Identifier: MIT
// Which ICMP errors to believe. Anybody can send one, but it quotes the beginning of the datagram that it
// speaks of, and a sender off the path does not know that. Each of the last datagrams to a peer is kept as a
// mark, not as bytes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace net {

/// Recognises a datagram: by its length, and a keyed hash of its first bytes.
struct SentMark {
    std::uint64_t hash = 0;
    std::uint32_t length = 0;
};

/// `secret` is the same for all marks that are compared.
SentMark mark_of(std::string_view datagram, std::uint64_t secret);
/// Whether `quote` is the beginning of that datagram: so much of it as an error quotes at least. Systems that
/// quote no more than the headers (RFC 792 asks for nothing else) prove nothing, and are not believed.
bool is_quoted(const SentMark& mark, std::string_view quote, std::uint64_t secret);

/// The newest `capacity` of them.
template<std::size_t capacity>
class SentMarks {
  public:
    void add(const SentMark& mark) {
        marks_[next_] = mark;
        next_ = (next_ + 1) % capacity;
    }
    bool has(std::string_view quote, std::uint64_t secret) const {
        return std::any_of(marks_.begin(), marks_.end(),
                           [&](const SentMark& mark) { return is_quoted(mark, quote, secret); });
    }

  private:
    std::array<SentMark, capacity> marks_{};
    std::size_t next_ = 0;
};

} // namespace net
