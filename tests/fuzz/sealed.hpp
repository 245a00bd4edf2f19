// SPDX-License-Identifier: MIT
// What the targets inside the seal have in common: bytes as a run of operations.
#pragma once

#include "common/wire/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fuzz {

/// Reads operations and their arguments; zeros behind the end.
class Script {
  public:
    explicit Script(std::string_view bytes)
        : rest_(bytes) {}

    bool is_at_end() const { return rest_.empty(); }
    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const auto value = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (auto size = byte() % 9; size > 0; --size) value = value << 8 | byte();
        return std::min(value, wire::max_varint);
    }
    /// So many bytes as the next two say, as far as they are there.
    std::string_view bytes() {
        const auto low = static_cast<std::size_t>(byte());
        const auto size = low | static_cast<std::size_t>(byte()) << 8;
        const auto taken = rest_.substr(0, size);
        rest_.remove_prefix(taken.size());
        return taken;
    }

  private:
    std::string_view rest_;
};

/// The reverse, for what is put into the corpus. `Self` is the class that derives from it.
template<class Self>
class ScriptWriter {
  public:
    Self& byte(std::uint64_t value) {
        bytes_ += static_cast<char>(value);
        return static_cast<Self&>(*this);
    }
    Self& number(std::uint64_t value) {
        byte(8);
        for (int shift = 56; shift >= 0; shift -= 8) byte(value >> shift);
        return static_cast<Self&>(*this);
    }
    Self& bytes(std::string_view value) {
        byte(value.size() & 0xFF).byte(value.size() >> 8);
        bytes_ += value;
        return static_cast<Self&>(*this);
    }
    const std::string& script() const { return bytes_; }

  private:
    std::string bytes_;
};

} // namespace fuzz
