// SPDX-License-Identifier: MIT
#include "common/wire/bytes.hpp"

#include "common/base/ensure.hpp"

#include <bit>

namespace wire {

std::uint64_t Reader::integer(std::size_t size) {
    const auto taken = bytes(size);
    std::uint64_t value = 0;
    for (std::size_t i = taken.size(); i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(taken[i]);
    return value;
}

std::uint64_t Reader::varint() {
    if (rest_.empty()) {
        fail();
        return 0;
    }
    // The two top bits say how many bytes there are; unlike all else on the wire these are big-endian.
    const auto first = static_cast<std::uint8_t>(rest_.front());
    const auto taken = bytes(std::size_t{1} << (first >> 6));
    if (taken.empty()) return 0;
    std::uint64_t value = first & 0x3FU;
    for (const char byte : taken.substr(1)) value = value << 8 | static_cast<std::uint8_t>(byte);
    return value;
}

std::string_view Reader::bytes(std::size_t count) {
    if (count > rest_.size()) {
        fail();
        rest_ = {};
        return {};
    }
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
}

std::string_view Reader::rest() {
    return bytes(rest_.size());
}

std::size_t varint_size(std::uint64_t value) {
    ensure(value <= max_varint, "a variable-length integer has 62 bits");
    return value < 0x40 ? 1 : value < 0x4000 ? 2 : value < 0x40000000 ? 4 : 8;
}

void Writer::varint(std::uint64_t value) {
    const auto size = varint_size(value);
    const auto mark = static_cast<std::uint64_t>(std::countr_zero(size)) << (8 * size - 2);
    for (std::size_t i = size; i-- > 0;) out_ += static_cast<char>((value | mark) >> (8 * i));
}

void Writer::string(std::string_view value) {
    varint(value.size());
    bytes(value);
}

void Writer::integer(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) out_ += static_cast<char>(value >> (8 * i));
}

} // namespace wire
