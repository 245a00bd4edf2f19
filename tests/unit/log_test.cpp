// SPDX-License-Identifier: MIT
// What every log must do, whatever it keeps its entries in.
#include "chatd/memory_log.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace {

wire::Entry say(const std::string& text) {
    return {wire::MemberId::classic(1), WallTime{}, wire::Say{text::Text::from_untrusted(text)}};
}

std::string text_of(const wire::CommittedEntry& committed) {
    return std::string(std::get<wire::Say>(committed.entry.command).text.view());
}

std::vector<std::string> read(const chatd::RoomLog& log, wire::Sequence first, std::size_t count) {
    std::vector<std::string> texts;
    log.read(first, count, [&](const wire::CommittedEntry& committed) {
        texts.push_back(std::to_string(committed.sequence) + text_of(committed));
    });
    return texts;
}

void conform(const std::function<std::unique_ptr<chatd::RoomLog>()>& make) {
    using Texts = std::vector<std::string>;
    const auto log = make();
    CHECK(log->last() == 0);
    CHECK(log->committed().empty());
    CHECK(read(*log, 1, 10).empty());

    log->append({say("a"), say("b")});
    log->append({say("c")});
    Texts told;
    while (told.size() < 3)
        for (const auto& committed : log->committed())
            told.push_back(std::to_string(committed.sequence) + text_of(committed));
    CHECK(told == Texts{"1a", "2b", "3c"});
    CHECK(log->committed().empty());
    CHECK(log->last() == 3);
    CHECK(read(*log, 1, 10) == Texts{"1a", "2b", "3c"});
    CHECK(read(*log, 2, 1) == Texts{"2b"});
    CHECK(read(*log, 0, 1) == Texts{"1a"});
    CHECK(read(*log, 4, 10).empty());
    CHECK(read(*log, 1, 0).empty());
}

} // namespace

TEST_CASE("the log in memory conforms") {
    conform([] { return std::make_unique<chatd::MemoryLog>(); });
}

TEST_CASE("the log in memory keeps its newest entries and says truly which") {
    chatd::MemoryLog log({}, 2);
    log.append({say("a"), say("b"), say("c")});
    CHECK(log.committed().size() == 3);
    CHECK(read(log, 1, 10) == std::vector<std::string>{"2b", "3c"});
    CHECK(log.last() == 3);
}
