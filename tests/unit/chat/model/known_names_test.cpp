// SPDX-License-Identifier: MIT
// Whether somebody under a known name is who had it before.
#include "chat/commands.hpp"
#include "chat/model/known_names.hpp"
#include "chat/model/model.hpp"
#include "chat/state/name_store.hpp"
#include "common/session/crypto.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using chat::KnownNames;
using chat::Line;
using chat::Model;
using Verdict = chat::KnownNames::Verdict;

namespace {

constexpr std::time_t noon = 1'795'176'000;
constexpr std::time_t day = 24 * 60 * 60;

text::Name name(const std::string& typed) {
    return *text::Name::parsed(typed);
}

wire::Fingerprint key(std::uint8_t number) {
    wire::Fingerprint made{};
    made.fill(number);
    return made;
}

Model joined(chat::KnownNames names = {}) {
    Model model;
    model.members.own_name = "anna";
    model.known_names = std::move(names);
    model.apply(chat::RoomKnown{"deck", "", "K7QX-2M4D-9TWA-HF3V", false}, {});
    model.apply(chat::Online{}, {});
    return model;
}

WallTime at_noon() {
    return WallTime(std::chrono::seconds(noon));
}

void join(Model& model, wire::Sequence sequence, const char* who, std::optional<wire::Fingerprint> with) {
    const bool is_classic = !with.has_value();
    model.apply(chat::RoomEvent{{sequence, {}, wire::Joined{{}, name(who), is_classic, with}}}, at_noon());
}

void leave(Model& model, wire::Sequence sequence, const char* who) {
    model.apply(chat::RoomEvent{{sequence, {}, wire::Left{{}, name(who)}}}, at_noon());
}

std::vector<std::string> warnings(const Model& model) {
    std::vector<std::string> texts;
    for (const auto& line : model.scrollback.lines())
        if (line.kind == Line::Kind::warning) texts.push_back(line.text);
    return texts;
}

std::string whois(const Model& model, const std::string& who) {
    return std::get<chat::Answer>(chat::interpret("/whois " + who, {model, {}})).rows.at(0);
}

} // namespace

TEST_CASE("a name that looks like a known one is told, whichever of the two came first") {
    const auto one = name("Ill");
    const auto other = name("lll");
    for (const bool is_swapped : {false, true}) {
        chat::KnownNames names;
        CHECK(names.meet(is_swapped ? other : one, key(1), noon) == Verdict::as_before);
        CHECK(names.meet(is_swapped ? one : other, key(2), noon) == Verdict::other_key);
    }
}

TEST_CASE("somebody else under a known name is told, once, and by whois for ever") {
    auto model = joined();
    join(model, 1, "bob", key(1));
    leave(model, 2, "bob");
    join(model, 3, "bob", key(1));
    CHECK(warnings(model).empty());
    CHECK(whois(model, "bob")
              .starts_with("bob has the key " + session::fingerprint(key(1)) + ", known here since "));
    leave(model, 4, "bob");
    join(model, 5, "bob", key(2));
    REQUIRE(warnings(model).size() == 1);
    CHECK(warnings(model)[0] == "bob has another key than before, " + session::fingerprint(key(2)) +
                                    " and not " + session::fingerprint(key(1)) + ": it may be somebody else");
    CHECK(whois(model, "bob").find("; before that it was " + session::fingerprint(key(1))) !=
          std::string::npos);
    leave(model, 6, "bob");
    join(model, 7, "bob", key(2));
    CHECK(warnings(model).size() == 1);
    // In the authors' column stands what no name can be.
    const auto line = std::find_if(model.scrollback.lines().begin(), model.scrollback.lines().end(),
                                   [](const Line& one) { return one.kind == Line::Kind::warning; });
    CHECK_FALSE(text::Name::parsed(line->name));
}

TEST_CASE("who takes a known name, is in the roster with it, looks like it, or has no key is told") {
    KnownNames names;
    names.meet(name("bob"), key(1), noon);
    names.meet(name("alice"), key(3), noon);
    auto model = joined(names);
    SUBCASE("by renaming") {
        join(model, 1, "eve", key(2));
        model.apply(chat::RoomEvent{{2, {}, wire::Renamed{{}, name("eve"), name("bob")}}}, at_noon());
    }
    SUBCASE("in the roster") {
        model.apply(chat::RosterKnown{{{},
                                       {{name("anna"), false, false, false, key(9)},
                                        {name("bob"), false, false, false, key(2)}}}},
                    at_noon());
    }
    SUBCASE("by a look-alike") {
        join(model, 1, "b0b", key(2));
    }
    SUBCASE("with a capital I") {
        join(model, 1, "aIice", key(2));
    }
    SUBCASE("without a key") {
        join(model, 1, "bob", std::nullopt);
        leave(model, 2, "bob");
        join(model, 3, "bob", std::nullopt);
    }
    CHECK(warnings(model).size() == 1);
}

TEST_CASE("oneself, history and members whose key is not told are no cause for alarm") {
    KnownNames names;
    names.meet(name("bob"), key(1), noon);
    names.meet(name("anna"), key(1), noon);
    auto model = joined(names);
    join(model, 1, "anna", key(2));
    model.apply(chat::RosterKnown{{{}, {{name("bob")}}}, 5}, at_noon());
    join(model, 4, "bob", key(2)); // the roster has it already
    CHECK(warnings(model).empty());
    CHECK(whois(model, "bob") == "bob has a key, which the host does not tell");
}

TEST_CASE("as many names are kept as a room has members, and those that stayed stay") {
    KnownNames names;
    names.meet(name("bob"), key(1), noon);
    names.meet(name("bob"), key(1), noon + 5 * day);
    for (int i = 0; i < 3 * static_cast<int>(KnownNames::most); ++i)
        names.meet(name("eve" + std::to_string(i)), key(2), noon + 6 * day + i);
    CHECK(names.find(name("bob")) != nullptr);
    CHECK(names.find(name("eve0")) == nullptr);
    CHECK(names.drain_changed().size() <= KnownNames::most);
    CHECK(names.drain_changed().empty());
    names.meet(name("bob"), key(1), noon + 5 * day + 1);
    CHECK(names.drain_changed().empty()); // within a day there is nothing to write
}

TEST_CASE("the next run knows the names of each room, with both keys") {
    const test::TemporaryDirectory directory;
    const auto file = std::filesystem::path(directory.path) / "conversations.db";
    {
        chat::NameStore store(file);
        KnownNames names;
        names.begin(store.load("deck"));
        CHECK(names.meet(name("bob"), key(1), noon) == Verdict::as_before);
        CHECK(names.meet(name("bob"), key(2), noon + day) == Verdict::other_key);
        store.save(names.drain_changed());
    }
    chat::NameStore store(file);
    CHECK(store.load("mess").empty());
    KnownNames names;
    names.begin(store.load("deck"));
    REQUIRE(names.find(name("bob")) != nullptr);
    CHECK((names.find(name("bob"))->key == key(2)));
    CHECK((names.find(name("bob"))->before == key(1)));
    CHECK(names.find(name("bob"))->since == noon + day);
    CHECK(names.meet(name("BOB"), key(1), noon + 2 * day) == Verdict::key_again);
    CHECK(names.meet(name("bob"), key(3), noon + 2 * day) == Verdict::other_key);
    // A file that can't be opened keeps nobody from talking.
    chat::NameStore none("/proc/nowhere/conversations.db");
    CHECK(none.load("deck").empty());
    none.save({{"bob", "bob", key(1), noon, noon}});
}

TEST_CASE("a room's names in the file have their bound, and other rooms' are left alone") {
    const test::TemporaryDirectory directory;
    chat::NameStore store(std::filesystem::path(directory.path) / "conversations.db");
    store.load("mess");
    store.save({{"olga", "olga", key(1), noon, noon}});
    store.load("deck");
    std::vector<chat::KnownName> many = {{"bob", "bob", key(1), noon, noon + 5 * day}};
    for (std::size_t i = 0; i < KnownNames::most + 100; ++i)
        many.push_back({"eve" + std::to_string(i), "eve" + std::to_string(i), key(2), noon, noon});
    store.save(many);
    const auto kept = store.load("deck");
    CHECK(kept.size() == KnownNames::most);
    CHECK(kept[0].folded == "bob");
    CHECK(store.load("mess").size() == 1);
}

TEST_CASE("a name that was one's own is told once where another key has it") {
    KnownNames names;
    names.begin_own(name("bob"), key(1));
    auto model = joined(names);
    join(model, 1, "bob", key(1)); // the user at another terminal
    CHECK(warnings(model).empty());
    leave(model, 2, "bob");
    join(model, 3, "bob", key(2));
    leave(model, 4, "bob");
    join(model, 5, "bob", key(2));
    CHECK(warnings(model) == std::vector<std::string>{"bob was you; another key, " +
                                                      session::fingerprint(key(2)) + ", has the name now"});
}

TEST_CASE("since when a key is known is a time where that was today") {
    auto model = joined();
    join(model, 1, "bob", key(1));
    const auto asked = [&](WallTime now) {
        const chat::Settings settings;
        return std::get<chat::Answer>(chat::interpret("/whois bob", {model, settings, now})).rows.at(0);
    };
    CHECK(asked(at_noon() + std::chrono::hours(1)).ends_with(", known here since 12:00 today"));
    CHECK(asked(at_noon() + std::chrono::hours(24)).ends_with(", known here since Fri 20 Nov 2026"));
}
