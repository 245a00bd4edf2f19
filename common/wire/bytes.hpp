// SPDX-License-Identifier: MIT
// Bounds-checked reading and writing of wire formats: little-endian integers, QUIC's variable-length integers
// (RFC 9000, section 16), byte strings. A read past the end gives zeros and says so in is_ok(), once for a
// whole packet.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace wire {

/// The largest value that a variable-length integer holds.
inline constexpr std::uint64_t max_varint = (std::uint64_t{1} << 62) - 1;

class Reader {
  public:
    explicit Reader(std::string_view bytes)
        : rest_(bytes) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(integer(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(integer(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
    std::uint64_t u64() { return integer(8); }
    std::uint64_t varint();
    /// `count` bytes, as a view into what is read.
    std::string_view bytes(std::size_t count);
    /// Bytes behind their own length.
    std::string_view string() { return bytes(varint()); }
    /// All that is left.
    std::string_view rest();
    /// The same, without taking it.
    std::string_view peek_rest() const { return rest_; }

    bool is_at_end() const { return rest_.empty(); }
    /// Whether all that was read was there.
    bool is_ok() const { return is_ok_; }
    /// Marks the input as invalid.
    void fail() { is_ok_ = false; }

  private:
    std::uint64_t integer(std::size_t size);

    std::string_view rest_;
    bool is_ok_ = true;
};

/// Appends to a string.
class Writer {
  public:
    explicit Writer(std::string& out)
        : out_(out) {}

    void u8(std::uint8_t value) { integer(value, 1); }
    void u16(std::uint16_t value) { integer(value, 2); }
    void u32(std::uint32_t value) { integer(value, 4); }
    void u64(std::uint64_t value) { integer(value, 8); }
    /// In as few bytes as can be; at most max_varint.
    void varint(std::uint64_t value);
    void bytes(std::string_view value) { out_ += value; }
    void string(std::string_view value);

  private:
    void integer(std::uint64_t value, std::size_t size);

    std::string& out_;
};

/// For a function template that is the same for a constant message, which is written, and another, which is
/// read.
template<class Value, class Message>
concept Of = std::same_as<std::remove_const_t<Value>, Message>;

/// The bytes that Writer::varint() takes for `value`: 1, 2, 4 or 8.
std::size_t varint_size(std::uint64_t value);

} // namespace wire
