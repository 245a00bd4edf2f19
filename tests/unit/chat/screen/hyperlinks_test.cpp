// SPDX-License-Identifier: MIT
#include "chat/screen/hyperlinks.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

constexpr chat::Size size{4, 30};

chat::Cells screen() {
    chat::Cells cells(size);
    cells.put(1, 2, "http://a.example", {.is_bold = true});
    cells.links.push_back({1, 2, 18, "http://a.example"});
    return cells;
}

} // namespace

TEST_CASE("a web address is written over itself as a link, and the cursor goes back") {
    const auto bytes = chat::link_bytes(screen(), std::nullopt, size);
    CHECK(bytes.starts_with("\0337\033[2;3H\033[m\033[1m\033]8;id="));
    CHECK(bytes.ends_with(";http://a.example\033\\http://a.example\033]8;;\033\\\033[m\0338"));
}

TEST_CASE("a link is written again only where something was drawn over it") {
    const auto before = screen();
    CHECK(chat::link_bytes(screen(), before, size).empty());
    auto changed = screen();
    changed.put(0, 0, "elsewhere");
    CHECK(chat::link_bytes(changed, before, size).empty());
    changed.put(1, 2, "http://a.example"); // no longer bold
    CHECK_FALSE(chat::link_bytes(changed, before, size).empty());
    auto led_elsewhere = screen();
    led_elsewhere.links[0].target = "http://b.example";
    CHECK_FALSE(chat::link_bytes(led_elsewhere, before, size).empty());
}

TEST_CASE("nothing is written outside of the terminal, or after its size has changed as if it were there") {
    CHECK(chat::link_bytes(screen(), std::nullopt, {1, 30}).empty());
    CHECK(chat::link_bytes(screen(), std::nullopt, {4, 17}).empty());
    CHECK_FALSE(chat::link_bytes(screen(), chat::Cells({4, 29}), size).empty());
}
