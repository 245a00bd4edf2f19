// SPDX-License-Identifier: MIT
#include "common/wire/bytes.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

using test::from_hex;
using wire::Reader;
using wire::Writer;

TEST_CASE("variable-length integers as in RFC 9000, appendix A.1") {
    CHECK(Reader(from_hex("c2197c5eff14e88c")).varint() == 151288809941952652U);
    CHECK(Reader(from_hex("9d7f3e7d")).varint() == 494878333U);
    CHECK(Reader(from_hex("7bbd")).varint() == 15293U);
    CHECK(Reader(from_hex("25")).varint() == 37U);
    CHECK(Reader(from_hex("4025")).varint() == 37U);
}

TEST_CASE("what is written is read, in as few bytes as can be") {
    for (const std::uint64_t value :
         {std::uint64_t{0}, std::uint64_t{63}, std::uint64_t{64}, std::uint64_t{16383}, std::uint64_t{16384},
          std::uint64_t{1073741823}, std::uint64_t{1073741824}, wire::max_varint}) {
        std::string bytes;
        Writer writer(bytes);
        writer.varint(value);
        CHECK(bytes.size() == wire::varint_size(value));
        writer.u8(0xAB);
        writer.u16(0x1234);
        writer.u32(0x12345678);
        writer.u64(0x123456789ABCDEF0);
        writer.string("text");
        Reader reader(bytes);
        CHECK(reader.varint() == value);
        CHECK(reader.u8() == 0xAB);
        CHECK(reader.u16() == 0x1234);
        CHECK(reader.u32() == 0x12345678);
        CHECK(reader.u64() == 0x123456789ABCDEF0);
        CHECK(reader.string() == "text");
        CHECK(reader.is_at_end());
        CHECK(reader.is_ok());
    }
    std::string bytes;
    Writer(bytes).u32(0x01020304);
    CHECK(test::to_hex(bytes) == "04030201");
}

TEST_CASE("a read past the end gives nothing, and says so for good") {
    Reader reader("ab");
    CHECK(reader.u32() == 0);
    CHECK_FALSE(reader.is_ok());
    CHECK(reader.u8() == 0);
    CHECK_FALSE(reader.is_ok());
    const auto cut_bytes = from_hex("c219"); // a reader only looks
    Reader cut(cut_bytes);
    cut.varint();
    CHECK_FALSE(cut.is_ok());
    const auto lying_bytes = from_hex("ffffffffffffffff");
    Reader lying(lying_bytes);
    CHECK(lying.string().empty());
    CHECK_FALSE(lying.is_ok());
    Reader empty("");
    empty.varint();
    CHECK_FALSE(empty.is_ok());
}
