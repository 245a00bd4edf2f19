// SPDX-License-Identifier: MIT
#include "common/text/name.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

text::Name name(std::string_view bytes) {
    auto parsed = text::Name::parsed(bytes);
    REQUIRE_MESSAGE(parsed, bytes);
    return *parsed;
}

text::NameFault fault(std::string_view bytes) {
    const auto parsed = text::Name::parse(bytes);
    REQUIRE_MESSAGE(std::holds_alternative<text::NameFault>(parsed), bytes);
    return std::get<text::NameFault>(parsed);
}

} // namespace

TEST_CASE("names of people, machines and scripts are names") {
    for (const auto bytes :
         {"bob", "Ann", "小明", "анна", "José", "nc-bob", "web_01", "a.b", "7", "मोहन", "x"})
        CHECK(name(bytes).view() == bytes);
    CHECK(name("123456789012345678901234").view().size() == 24);
}

TEST_CASE("a name is kept in NFC") {
    CHECK(name("Jose\u0301").view() == "José");
}

TEST_CASE("what could be mistaken for something else is no name") {
    using text::NameFault;
    CHECK(fault("") == NameFault::empty);
    CHECK(fault("1234567890123456789012345") == NameFault::too_long);
    CHECK(fault("小明小明小明小明小明小明小") == NameFault::too_long); // 26 columns
    CHECK(fault(std::string(5000, 'a')) == NameFault::too_long);
    for (const auto bytes : {"a b",       " a",
                             "a ",        "a:b",
                             "a：b",      "a\n",
                             "a\tb",      "a\x1b",
                             "\u202Ebob", "bo\u200Bb",
                             "bo\u200Db", "a\u3000b",
                             "\xFF",      "a\xC3",
                             "-a",        "a-",
                             "_",         "a.",
                             "@bob",      "a/b",
                             "<b>",       "a\u00ADb",
                             "\u3164",    "👍",
                             "\u0301a",   "a\u0301\u0301\u0301\u0301\u0301\u0301",
                             "a,b",       "a!"})
        CHECK_MESSAGE(fault(bytes) == NameFault::bad_character, bytes);
}

TEST_CASE("names that look alike are one name") {
    const auto alike = [](std::string_view a, std::string_view b) { return name(a).is_like(name(b)); };
    CHECK(alike("bob", "Bob"));
    CHECK(alike("BOB", "bob"));
    CHECK(alike("bob", "b0b"));
    CHECK(alike("anna", "аnnа")); // Cyrillic а
    CHECK(alike("lvan", "Ivan"));
    CHECK(alike("ivan", "Ivan"));
    CHECK(alike("bam", "barn"));
    CHECK(alike("straße", "STRASSE"));
    CHECK_FALSE(alike("bob", "bobby"));
    CHECK_FALSE(alike("user1", "user2"));
    CHECK_FALSE(alike("anna", "hanna"));
}

TEST_CASE("the host's names and the protocol's letters are kept, and what looks like them") {
    for (const auto bytes :
         {"admin", "Admin", "ADMIN", "аdmin", "adrnin", "管理员", "server", "chatd", "system", "sуstem",
          "L",     "l",     "C",     "c",     "Q",      "P",      "I",      "1",     "с",      "р"})
        CHECK_MESSAGE(name(bytes).is_reserved(), bytes);
    for (const auto bytes : {"bob", "administrator", "lc", "a", "管理"})
        CHECK_FALSE(name(bytes).is_reserved());
}
