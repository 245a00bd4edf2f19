// SPDX-License-Identifier: MIT
#include "common/wire/classic.hpp"

#include "chatd/room/messages.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

namespace classic = wire::classic;
using namespace std::string_view_literals;

namespace {

template<class Kind>
Kind request(std::string_view datagram) {
    const auto parsed = classic::parse_request(datagram);
    REQUIRE_MESSAGE(parsed, datagram);
    REQUIRE_MESSAGE(std::holds_alternative<Kind>(*parsed), datagram);
    return std::get<Kind>(*parsed);
}

template<class Kind>
Kind line(std::string_view datagram) {
    const auto parsed = classic::parse_line(datagram);
    REQUIRE_MESSAGE(std::holds_alternative<Kind>(parsed), datagram);
    return std::get<Kind>(parsed);
}

} // namespace

TEST_CASE("the three requests") {
    CHECK(request<classic::Login>("L bob").name == "bob");
    CHECK(request<classic::Login>("L bob\n").name == "bob");
    CHECK(request<classic::Login>("L bob\r\n").name == "bob");
    CHECK(request<classic::Login>("L bob\0\0\0"sv).name == "bob");
    CHECK(request<classic::Login>("L ").name == "");
    CHECK(request<classic::Quit>("Q bob").name == "bob");
    CHECK(request<classic::Chat>("C bob hello there").name == "bob");
    CHECK(request<classic::Chat>("C bob hello there").text == "hello there");
    CHECK(request<classic::Chat>("C bob  indented").text == " indented");
    CHECK(request<classic::Chat>("C bob").text == "");
    CHECK(classic::ends_line("L bob\n"));
    CHECK_FALSE(classic::ends_line("L bob"));
}

TEST_CASE("one datagram is one request: a line break starts no other") {
    CHECK(request<classic::Chat>("C bob hi\nQ bob").text == "hi\nQ bob");
}

TEST_CASE("anything else is no request") {
    for (const auto datagram :
         {"", "L", "Lbob", "l bob", "X bob", " L bob", "\x80", "P chat/1", "OK", "EXIT", "C\tbob"})
        CHECK_FALSE_MESSAGE(classic::parse_request(datagram), datagram);
}

TEST_CASE("nothing that a server sends parses as a request") {
    // Else two servers could be made to talk to each other for ever.
    const chatd::Messages words;
    for (const auto& sent :
         {classic::filled(words.joined, "bob"), classic::filled(words.left, "bob"),
          classic::filled(words.said, "bob", "x"), std::string(classic::welcome),
          std::string(classic::farewell), std::string(classic::host_prefix) + words.name_bad})
        CHECK_FALSE(classic::parse_request(sent));
}

TEST_CASE("a long text goes out whole, in lines that fit and read on") {
    std::string text;
    for (int i = 0; i < 900; ++i) text += i % 3 == 0 ? "你好" : "a👩‍👧 ";
    const auto lines = classic::filled_lines("{name} 说：{text}", "小明", text);
    std::string whole;
    REQUIRE(lines.size() > 1);
    for (const auto& part : lines) {
        CHECK(part.size() <= classic::max_datagram);
        CHECK(text::is_valid_utf8(part));
        REQUIRE(part.starts_with("小明 说："));
        whole += part.substr(std::string_view("小明 说：").size());
    }
    CHECK(whole == text);
    CHECK(classic::filled_lines("{name}: {text}", "bob", "") == std::vector<std::string>{"bob: "});
}

TEST_CASE("names and texts cannot bring their own marks into a phrase") {
    CHECK(classic::filled("{name}: {text}", "{text}", "{name}") == "{text}: {name}");
}

TEST_CASE("a client reads the lines of every language") {
    CHECK(line<classic::ChatLine>("bob: hi: there").name == "bob");
    CHECK(line<classic::ChatLine>("bob: hi: there").text == "hi: there");
    CHECK(line<classic::ChatLine>("小明 说：你好").text == "你好");
    CHECK(line<classic::ChatLine>("bob: x joined the room").text == "x joined the room");
    CHECK(line<classic::ChatLine>("bob:").text == "");
    CHECK(line<classic::AdminLine>("admin: drill").text == "drill");
    CHECK(line<classic::AdminLine>("管理员 说：演习").text == "演习");
    CHECK(line<classic::JoinNotice>("bob joined the room").name == "bob");
    CHECK(line<classic::JoinNotice>("小明 进入了聊天室\n").name == "小明");
    CHECK(line<classic::LeaveNotice>("bob left the room").name == "bob");
    CHECK(line<classic::LeaveNotice>("bob left the room (removed by admin: spam)").detail ==
          "(removed by admin: spam)");
    CHECK(line<classic::LeaveNotice>("小明 退出了聊天室").name == "小明");
    CHECK(line<classic::HostLine>("chatd: the room is closed").text == "the room is closed");
    CHECK(line<classic::OtherLine>("see http://x").text == "see http://x");
    CHECK(line<classic::OtherLine>("http://x").text == "http://x");
    line<classic::Welcome>("OK");
    line<classic::Welcome>("OK\n");
    line<classic::Farewell>("EXIT");
}

TEST_CASE("whatever a server sends is displayable once it is read") {
    std::mt19937 random(7);
    const std::string_view seeds[] = {"bob: ", "bob joined the room", "chatd: ", "管理员 说：", "\x1b[2J",
                                      "\u202E"};
    for (int round = 0; round < 20000; ++round) {
        std::string datagram(seeds[random() % std::size(seeds)]);
        for (auto extra = random() % 12; extra > 0; --extra)
            datagram.insert(datagram.begin() + static_cast<std::ptrdiff_t>(random() % (datagram.size() + 1)),
                            static_cast<char>(random()));
        std::visit(
            [&](const auto& what) {
                const auto check = [](const std::string& shown) {
                    CHECK(std::string(text::Text::from_untrusted(shown + ".").view()) == shown + ".");
                };
                if constexpr (requires { what.name; }) check(what.name);
                if constexpr (requires { what.text; }) check(what.text);
                if constexpr (requires { what.detail; }) check(what.detail);
            },
            classic::parse_line(datagram));
    }
}
