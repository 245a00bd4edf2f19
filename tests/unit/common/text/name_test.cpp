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

TEST_CASE("a mark stands in its own script, and shows something there") {
    using text::NameFault;
    for (const auto bytes : {
             "anna\U00016FE4",
             "an\U00016FE4na", // Khitan's filler
             "anna\u1039",
             "an\u1039na", // Myanmar's stacker
             "anna\u17D2",
             "an\u17D2na", // Khmer's
             "anna\U00013441",
             "an\U00013441na", // a blank of hieroglyphs
             "anna\U00013442",
             "\U00013000\U00013441",
             "\U00013000\U00013440",
             "\U00013000\U00013447",
             "anna\U0001107F", // Brahmi's number joiner
             "anna\uA802",     // a vowel that Syloti leaves out
             "anna\u094D",     // Devanagari's virama
             "аnnа\u064B",     // an Arabic mark on a Cyrillic letter
             "小\u0E31",       // a Thai one on a Chinese character
             "7\u093E",        // a Devanagari one on a digit
             "a.\u0301b",      // one on a dot
             "\u1000\u1039",   // a stacker with nothing to stack
             "\u1000\u1039na", // or what is of another script
             "\u1780\u17D2",
             "\u1780\u17D2\u17D2\u1780",
             "anna\U0001CF00", // a neume
             "anna\U0001D167", // a tremolo
             "\u2D30\u2D7F",
             "\U00018B00\U00016FE4\U00018B01",
             "\U00011052\U0001107F",
         })
        CHECK_MESSAGE(fault(bytes) == NameFault::bad_character, bytes);
}

TEST_CASE("a note is no mark of a digit's") {
    for (const char* note : {"\U0001D165", "\U0001D166", "\U0001D16D"}) {
        CHECK_FALSE(text::Name::parsed(std::string("bob1") + note));
        CHECK_FALSE(text::Name::parsed(std::string("bob") + note));
    }
}

TEST_CASE("names in the scripts of the world, with their marks") {
    for (const auto bytes : {
             "مُحَمَّد",             // Arabic, vowels and all
             "فاطمة",  "श्रीमान्", // Devanagari: viramas between letters and at the end
             "लक्ष्मी",  "রহিম",       "ਗੁਰਪ੍ਰੀਤ", "தமிழ்செல்வி", "සුනිල්",  "สมศรี",   "กิ่งแก้ว", // Thai
             "សុខា",    "ធារ៉ា",       "ច័ន្ទ",                                            // Khmer, with a coeng
             "မောင်",   "သန္တာ", // Myanmar, with a stack
             "ສົມພອນ",  "བསྟན",  // Lao, Tibetan
             "שָׁלוֹם",   "דוד",  // Hebrew points
             "Nguyễn", "Đặng",       "Trần",   "ひでこ",    "ガク", "김철수", "小明",
             "ー一",   "Ọlá́",        "Ẹ̀bùn", // Yoruba, which NFC can't put into single letters
             "Артём",  "Ἀλέξανδρος", "ნინო",   "Արամ",      "ሰላም",  "ߣߊߝߌ߫",   "ⵉⴷⵉⵔ",
         })
        CHECK_MESSAGE(name(bytes).view() == bytes, bytes);
}

TEST_CASE("a name that was let in once is read, and is no name for anybody new") {
    const auto old = text::Name::recorded("anna\u1039");
    REQUIRE(old);
    CHECK(old->view() == "anna\u1039");
    CHECK_FALSE(text::Name::parsed(old->view()));
    CHECK_FALSE(text::Name::recorded("a b"));
    CHECK_FALSE(text::Name::recorded(""));
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
