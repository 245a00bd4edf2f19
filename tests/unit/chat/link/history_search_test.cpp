// SPDX-License-Identifier: MIT
#include "chat/link/history_search.hpp"

#include "common/wire/message.hpp"
#include "tests/support/raw_client.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using chat::HistorySearch;

namespace {

struct Asked {
    std::uint64_t number = 0;
    wire::Sequence before = 0;
    std::string needle;
};

/// What one packet asks for.
std::optional<Asked> asked(HistorySearch& search, std::size_t room = 1100) {
    session::PacketBuilder packet(wire::data_header + room);
    search.write(packet);
    CHECK(packet.items().size() == (packet.is_empty() ? 0 : 1));
    const std::string bytes(packet.frames());
    const auto found = wire::parse_frames(bytes);
    if (bytes.empty() || !found || found->empty()) return std::nullopt;
    const auto& frame = std::get<wire::SearchFrame>(found->front());
    return Asked{frame.number, frame.before, std::string(frame.needle)};
}

/// An answer with so many lines.
std::string answer_of(std::size_t lines) {
    std::vector<std::string> events;
    for (std::size_t i = 0; i < lines; ++i)
        events.push_back(wire::encode(wire::Event{
            i + 1, {}, wire::Said{{}, *text::Name::parsed("bob"), text::Text::from_untrusted("tea")}}));
    wire::Matches matches{true, {}};
    for (std::size_t i = 0; i < lines; ++i) matches.lines.push_back({i + 1, events[i]});
    return wire::encode(matches);
}

std::vector<wire::MatchesFrame> parts_of(std::uint64_t number, std::string_view answer) {
    std::vector<wire::MatchesFrame> parts;
    for (std::size_t offset = 0; offset < answer.size(); offset += wire::part_size)
        parts.push_back({number, offset, answer.size(), answer.substr(offset, wire::part_size)});
    return parts;
}

} // namespace

TEST_CASE("a search is asked once, and told when all of its answer is there, in whatever order") {
    HistorySearch search;
    CHECK_FALSE(asked(search));
    search.begin(100, "tea");
    const auto question = asked(search);
    REQUIRE(question);
    CHECK(question->before == 100);
    CHECK(question->needle == "tea");
    CHECK_FALSE(asked(search));
    const auto answer = answer_of(150);
    auto parts = parts_of(question->number, answer);
    REQUIRE(parts.size() > 2);
    std::reverse(parts.begin(), parts.end());
    std::optional<chat::SearchResults> told;
    for (const auto& part : parts) {
        CHECK_FALSE(told);
        CHECK(search.handle(part, told));
        if (&part != &parts.back()) CHECK(search.handle(part, told)); // doubled on the way
    }
    REQUIRE(told);
    CHECK(told->needle == "tea");
    CHECK(told->is_all);
    CHECK(told->lines.size() == 150);
    told.reset();
    CHECK(search.handle(parts.front(), told)); // late
    CHECK_FALSE(told);
}

TEST_CASE("a search that was lost is asked again, one that is answered is not") {
    HistorySearch search;
    search.begin(100, "tea");
    const auto first = asked(search);
    REQUIRE(first);
    search.handle_lost({HistorySearch::item_kind, first->number, 0});
    CHECK(asked(search));
    std::optional<chat::SearchResults> told;
    const auto answer = answer_of(1);
    for (const auto& part : parts_of(first->number, answer)) CHECK(search.handle(part, told));
    REQUIRE(told);
    search.handle_lost({HistorySearch::item_kind, first->number, 0});
    CHECK_FALSE(asked(search));
    search.begin_session();
    CHECK_FALSE(asked(search));
}

TEST_CASE("a new session asks anew, and has nothing of the answer in the one before") {
    HistorySearch search;
    search.begin(100, "tea");
    const auto question = asked(search);
    REQUIRE(question);
    std::optional<chat::SearchResults> told;
    const auto before = answer_of(150);
    CHECK(search.handle(parts_of(question->number, before).front(), told));
    search.begin_session();
    CHECK(asked(search));
    // More was said since: the answer has another size.
    const auto answer = answer_of(151);
    for (const auto& part : parts_of(question->number, answer)) CHECK(search.handle(part, told));
    REQUIRE(told);
    CHECK(told->lines.size() == 151);
}

TEST_CASE("the newest search counts, and an answer to another is passed over") {
    HistorySearch search;
    search.begin(100, "tea");
    const auto first = asked(search);
    search.begin(100, "coffee");
    const auto second = asked(search);
    REQUIRE(first);
    REQUIRE(second);
    CHECK(second->needle == "coffee");
    search.handle_lost({HistorySearch::item_kind, first->number, 0});
    CHECK_FALSE(asked(search));
    std::optional<chat::SearchResults> told;
    const auto answer = answer_of(1);
    for (const auto& part : parts_of(first->number, answer)) CHECK(search.handle(part, told));
    CHECK_FALSE(told);
    for (const auto& part : parts_of(second->number, answer)) CHECK(search.handle(part, told));
    CHECK(told);
}

TEST_CASE("an answer that is none is the host's fault") {
    HistorySearch search;
    search.begin(100, "tea");
    const auto question = asked(search);
    REQUIRE(question);
    std::optional<chat::SearchResults> told;
    const auto number = question->number;
    CHECK_FALSE(search.handle({number, 1, 2000, "off the grid"}, told));
    search.begin_session();
    CHECK_FALSE(search.handle({number, 0, 9, "no answer"}, told));
    CHECK_FALSE(told);
}

TEST_CASE("what is looked for is cut between characters, and waits for a packet that has room for it") {
    HistorySearch search;
    std::string needle;
    while (needle.size() < 2 * wire::max_needle) needle += "茶";
    search.begin(100, needle);
    CHECK_FALSE(asked(search, 100));
    const auto question = asked(search);
    REQUIRE(question);
    CHECK(question->needle.size() <= wire::max_needle);
    CHECK(question->needle.size() > wire::max_needle - 3);
    CHECK(question->needle.size() % 3 == 0);
}
