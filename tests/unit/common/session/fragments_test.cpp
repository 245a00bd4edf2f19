// SPDX-License-Identifier: MIT
#include "common/session/fragments.hpp"

#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using session::Fragmenter;
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

using Offsets = std::vector<std::uint64_t>;

/// Sends all that there is to send, and gives the offsets.
Offsets send_all(Fragmenter& parts) {
    Offsets offsets;
    while (const auto offset = parts.next()) {
        offsets.push_back(*offset);
        parts.on_sent(*offset);
    }
    return offsets;
}

} // namespace

TEST_CASE("a message goes out in as many parts as it needs, and one of no bytes in one") {
    constexpr auto part = wire::part_size;
    const auto parts_of = [](std::uint64_t size) {
        Fragmenter parts(size);
        return send_all(parts);
    };
    CHECK(parts_of(0) == Offsets{0});
    CHECK(parts_of(1) == Offsets{0});
    CHECK(parts_of(part) == Offsets{0});
    CHECK(parts_of(part + 1) == Offsets{0, part});
    CHECK(parts_of(3 * part) == Offsets{0, part, 2 * part});
    auto whole = Fragmenter::undivided();
    CHECK(send_all(whole) == Offsets{0});
    Fragmenter none;
    CHECK_FALSE(none.next());
    CHECK(none.has_arrived());
}

TEST_CASE("a lost part is sent again before what is new, until it has arrived") {
    constexpr auto part = wire::part_size;
    Fragmenter parts(4 * part);
    for (int i = 0; i < 3; ++i) parts.on_sent(*parts.next());
    parts.on_lost(part);
    parts.on_lost(0);
    CHECK(send_all(parts) == Offsets{0, part, 3 * part});
    CHECK_FALSE(parts.has_arrived());
    parts.on_lost(2 * part);
    parts.on_acked(2 * part); // the copy that was taken for lost
    CHECK_FALSE(parts.next());
    for (const std::uint64_t offset : {0, 1, 3}) parts.on_acked(offset * part);
    CHECK(parts.has_arrived());
    parts.on_lost(0); // of a packet before
    CHECK_FALSE(parts.next());
    CHECK(parts.count() == 0);
}

TEST_CASE("whatever is lost, all parts arrive, and what is remembered is what is under way") {
    test::SeededRandom random(1);
    const auto bytes = message(40 * wire::part_size + 7);
    Fragmenter parts(bytes.size());
    Reassembly assembly;
    std::vector<std::uint64_t> under_way;
    for (int i = 0; i < 10'000 && !parts.has_arrived(); ++i) {
        if (const auto offset = parts.next(); offset && under_way.size() < 10) {
            parts.on_sent(*offset);
            under_way.push_back(*offset);
        }
        CHECK(parts.count() <= 20);
        if (under_way.empty() || random.u64() % 2 == 0) continue;
        const auto chosen = random.u64() % under_way.size();
        const auto offset = under_way[chosen];
        under_way.erase(under_way.begin() + static_cast<std::ptrdiff_t>(chosen));
        if (random.u64() % 3 == 0) {
            parts.on_lost(offset);
            continue;
        }
        REQUIRE(assembly.accept(offset, bytes.size(), Fragmenter::part_at(offset, bytes)));
        parts.on_acked(offset);
    }
    CHECK(parts.has_arrived());
    CHECK(assembly.whole() == bytes);
}

TEST_CASE("an announced size takes no memory: what has arrived does") {
    Reassembly assembly;
    const std::string part(wire::part_size, 'x');
    REQUIRE(assembly.accept(0, wire::max_roster, part));
    CHECK(assembly.size() == wire::part_size);
    CHECK_FALSE(assembly.whole());
}

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
