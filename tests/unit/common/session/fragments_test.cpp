// SPDX-License-Identifier: MIT
#include "common/session/fragments.hpp"

#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <string>

using session::Reassembly;

namespace {

std::string message(std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>('a' + i % 26);
    return bytes;
}

bool give(Reassembly& assembly, std::string_view whole, std::uint64_t offset) {
    return assembly.accept(offset, whole.size(), whole.substr(offset, wire::part_size));
}

} // namespace

TEST_CASE("parts become their message in any order, and each counts once") {
    for (const std::size_t size : {std::size_t{1}, wire::part_size - 1, wire::part_size, wire::part_size + 1,
                                   3 * wire::part_size, wire::max_message}) {
        const auto bytes = message(size);
        Reassembly assembly;
        const auto last = (size - 1) / wire::part_size * wire::part_size;
        for (std::uint64_t offset = last;; offset -= wire::part_size) {
            CHECK_FALSE(assembly.whole());
            REQUIRE(give(assembly, bytes, offset));
            REQUIRE(give(assembly, bytes, last));
            if (offset == 0) break;
        }
        CHECK(assembly.whole() == bytes);
        CHECK(assembly.size() == size);
    }
}

TEST_CASE("a message of no bytes is whole with its only part") {
    Reassembly assembly;
    CHECK_FALSE(assembly.whole());
    CHECK(assembly.accept(0, 0, ""));
    CHECK(assembly.whole() == "");
}

TEST_CASE("parts that overlap, leave the grid or change the total are none, and are not kept") {
    const auto bytes = message(2000);
    const std::string_view all = bytes;
    Reassembly assembly;
    REQUIRE(give(assembly, bytes, wire::part_size));
    CHECK_FALSE(assembly.accept(wire::part_size - 1, 2000, all.substr(0, wire::part_size)));
    CHECK_FALSE(assembly.accept(1, 2000, all.substr(1, wire::part_size)));
    CHECK_FALSE(assembly.accept(0, 2000, all.substr(0, wire::part_size - 1)));
    CHECK_FALSE(assembly.accept(0, 2000, all.substr(0, wire::part_size + 1)));
    CHECK_FALSE(assembly.accept(0, 2000, ""));
    CHECK_FALSE(assembly.accept(1800, 2000, all.substr(1800, 199)));
    CHECK_FALSE(assembly.accept(0, 1999, all.substr(0, wire::part_size)));
    CHECK_FALSE(assembly.accept(2700, 2000, ""));
    CHECK_FALSE(assembly.accept(~std::uint64_t{0} / wire::part_size * wire::part_size, 2000, "x"));
    CHECK(assembly.size() == wire::part_size);
    REQUIRE(give(assembly, bytes, 0));
    REQUIRE(give(assembly, bytes, 1800));
    CHECK(assembly.whole() == bytes);
}

TEST_CASE("whatever parts come, no more is kept than the message is long") {
    test::SeededRandom random(1);
    const auto bytes = message(wire::max_message);
    Reassembly assembly;
    for (int i = 0; i < 20'000; ++i) {
        const auto offset = random.u64() % wire::max_message;
        const auto size = random.u64() % (wire::part_size + 2);
        assembly.accept(offset, wire::max_message, std::string_view(bytes).substr(offset, size));
        REQUIRE(assembly.size() <= wire::max_message);
    }
}
