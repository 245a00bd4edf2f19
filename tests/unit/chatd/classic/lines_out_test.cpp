// SPDX-License-Identifier: MIT
#include "chatd/classic/lines_out.hpp"

#include "tests/support/classic_members.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using test::members_of;

namespace {

/// All that is left, to that member.
std::vector<std::string> rest_for(chatd::LinesOut& lines, chatd::LinesOut::Members& members,
                                  std::uint64_t number) {
    std::vector<std::string> sent;
    for (; const auto next = lines.next(members); lines.pass())
        if (next->member.id == wire::MemberId::classic(number)) sent.emplace_back(next->line.view(false));
    return sent;
}

} // namespace

TEST_CASE("a line goes to all but its author, in order") {
    auto members = members_of({1, 2, 3});
    for (const std::uint64_t reader : {1, 2, 3}) {
        chatd::LinesOut lines;
        lines.add("one", wire::MemberId::classic(1), 7);
        lines.add("two", wire::MemberId::classic(2), 7);
        const std::vector<std::vector<std::string>> expected = {{"two"}, {"one"}, {"one", "two"}};
        CHECK(rest_for(lines, members, reader) == expected[reader - 1]);
    }
}

TEST_CASE("one that has just joined gets what comes from then on, and one that leaves gets nothing") {
    auto members = members_of({1, 2});
    chatd::LinesOut lines;
    lines.add("before", wire::host_id, 7);
    lines.begin_here(wire::MemberId::classic(2));
    lines.add("after", wire::host_id, 7);
    CHECK(rest_for(lines, members, 2) == std::vector<std::string>{"after"});
    lines.clear();
    CHECK_FALSE(lines.next(members));
    lines.add("more", wire::host_id, 7);
    members.begin()->second.is_leaving = true;
    std::size_t sent = 0;
    for (; lines.next(members); lines.pass()) ++sent;
    CHECK(sent == 1);
}
