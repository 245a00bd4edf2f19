// SPDX-License-Identifier: MIT
// Every row of the classic protocol's table, as a simple client sees it.
#include "tests/e2e/process.hpp"

#include <doctest/doctest.h>

#include <csignal>

using e2e::Chatd;
using e2e::Client;

TEST_CASE("join, talk and leave") {
    Chatd chatd;
    const auto ann = Client::joined(chatd, "ann");
    const auto bob = Client::joined(chatd, "bob");
    CHECK(ann.receive() == "bob joined the room");
    ann.send("C ann hello, bob: how are you?");
    CHECK(bob.receive() == "ann: hello, bob: how are you?");
    bob.send("C bob fine");
    CHECK(ann.receive() == "bob: fine"); // and not its own line before it
    bob.send("Q bob");
    CHECK(bob.receive() == "EXIT");
    CHECK(ann.receive() == "bob left the room");
    chatd.write("drill at 15:00\n");
    CHECK(ann.receive() == "admin: drill at 15:00");
    CHECK(chatd.output_has("shouted to 1"));
}

TEST_CASE("the same join again is OK again and tells nobody") {
    Chatd chatd;
    const auto ann = Client::joined(chatd, "ann");
    const auto bob = Client::joined(chatd, "bob");
    CHECK(ann.receive() == "bob joined the room");
    bob.send("L bob");
    CHECK(bob.receive() == "OK");
    bob.send("C bob x");
    CHECK(ann.receive() == "bob: x");
}

TEST_CASE("a quit is answered also where nobody had joined") {
    Chatd chatd;
    Client(chatd.port()).send("hello?");
    Client stranger(chatd.port());
    stranger.send("Q nobody");
    CHECK(stranger.receive() == "EXIT");
}

TEST_CASE("refusals are one short line that says why") {
    Chatd chatd;
    const auto ann = Client::joined(chatd, "ann");
    const auto refused = [&](const std::string& request, std::string_view why) {
        const Client stranger(chatd.port());
        stranger.send(request);
        const auto answer = stranger.receive();
        REQUIRE(answer);
        CHECK(answer->size() < 120);
        CHECK_MESSAGE(answer->find(why) != std::string::npos, *answer);
    };
    refused("L ann", "ann is taken; ann2 is free");
    refused("L ANN", "is taken");
    refused("L \u0430nn", "looks like ann"); // Cyrillic
    refused("L admin", "kept for the host");
    refused("L 管理员", "kept for the host");
    refused("L L", "kept for the host");
    refused("L ", "say who you are");
    refused("L a b", "columns of letters");
    refused("L a:b", "columns of letters");
    refused("L \u202Eann", "columns of letters");
    refused("L \xFF\xFE", "columns of letters");
    refused("L abcdefghijklmnopqrstuvwxyz", "too long");
    refused("C ann I am ann", "not in the room");
    ann.send("C bob I am bob");
    CHECK(ann.receive() == "chatd: you are ann here: nobody speaks or quits for another");
    ann.send("Q bob");
    CHECK(ann.receive() == "chatd: you are ann here: nobody speaks or quits for another");
}

TEST_CASE("junk is never answered") {
    Chatd chatd;
    const Client stranger(chatd.port());
    for (const std::string junk : {"x", "hello", "L", "P chat/1", "\x80\x81\x82", "LL a", "EXIT", "OK"})
        stranger.send(junk);
    stranger.send("");
    CHECK(stranger.heard_nothing_before("Q x", "EXIT"));
}

TEST_CASE("a person with nc gets lines that end") {
    Chatd chatd;
    const auto ann = Client::joined(chatd, "ann");
    e2e::Process netcat({"nc", "-u", "127.0.0.1", std::to_string(chatd.port())});
    netcat.write("L nc-bob\n");
    CHECK(netcat.output_has("OK\n"));
    CHECK(ann.receive() == "nc-bob joined the room");
    ann.send("C ann hello");
    CHECK(netcat.output_has("ann: hello\n"));
    netcat.write("C nc-bob hi\n");
    CHECK(ann.receive() == "nc-bob: hi");
}

TEST_CASE("a first Python client talks in the room") {
    Chatd chatd;
    const auto ann = Client::joined(chatd, "ann");
    e2e::Process python(
        {"python3", TESTS_DIRECTORY "/e2e/simple_client.py", "127.0.0.1", std::to_string(chatd.port())});
    python.write("小明\n");
    CHECK(ann.receive() == "小明 joined the room");
    python.write("hello from Python\n");
    CHECK(ann.receive() == "小明: hello from Python");
    ann.send("C ann hello 小明");
    CHECK(python.output_has("ann: hello 小明"));
    python.write("quit\n");
    CHECK(ann.receive() == "小明 left the room");
    CHECK(python.wait() == 0);
}

TEST_CASE("long lines are split between grapheme clusters and stay whole") {
    Chatd chatd({"--flood", "off"}, e2e::Process::Standard::pipes, {{"LANG", "zh_CN.UTF-8"}});
    const auto ann = Client::joined(chatd, "ann");
    const auto bob = Client::joined(chatd, "bob");
    std::string text;
    while (text.size() + 18 <= 1024 - 6) text += "👩‍👩‍👧"; // 18 bytes a cluster
    ann.send("C ann " + text);
    std::string heard;
    while (heard.size() < text.size()) {
        const auto part = bob.receive();
        REQUIRE(part);
        CHECK(part->size() <= 1024);
        REQUIRE(part->starts_with("ann 说："));
        heard += part->substr(std::string_view("ann 说：").size());
        CHECK(heard.size() % 18 == 0);
    }
    CHECK(heard == text);
    CHECK(ann.receive() == "bob 进入了聊天室");
    std::string whole;
    while (whole.size() + 18 <= 8192) whole += "👩‍👩‍👧";
    ann.send("C ann " + whole + text);
    CHECK(ann.receive()->find("8192") != std::string::npos);
    heard.clear();
    while (heard.size() < whole.size()) {
        const auto part = bob.receive();
        REQUIRE(part);
        CHECK(part->size() <= 1024);
        heard += part->substr(std::string_view("ann 说：").size());
    }
    CHECK(heard == whole);
}

TEST_CASE("notices speak the locale's language, installed or not") {
    Chatd chatd({}, e2e::Process::Standard::pipes, {{"LANG", "zh_CN.UTF-8"}});
    const auto ann = Client::joined(chatd, "ann");
    const auto bob = Client::joined(chatd, "bob");
    CHECK(ann.receive() == "bob 进入了聊天室");
    bob.send("C bob 你好");
    CHECK(ann.receive() == "bob 说：你好");
    chatd.write("演习\n");
    CHECK(ann.receive() == "管理员 说：演习");
    CHECK(bob.receive() == "管理员 说：演习");
    bob.send("Q bob");
    CHECK(ann.receive() == "bob 退出了聊天室");
    const Client stranger(chatd.port());
    stranger.send("L ANN");
    CHECK(stranger.receive() == "chatd: 名字 ANN 已有人使用；ANN2 可用");
}

TEST_CASE("a flood waits its turn, past twenty it is refused, and a quit passes") {
    Chatd chatd({"--flood", "2/20"});
    const auto ann = Client::joined(chatd, "ann");
    const auto bob = Client::joined(chatd, "bob");
    CHECK(ann.receive() == "bob joined the room");
    for (int i = 0; i < 30; ++i) bob.send("C bob " + std::to_string(i));
    bob.send("Q bob");
    int refused = 0;
    auto answer = bob.receive();
    for (; answer && answer->starts_with("chatd: too fast"); answer = bob.receive()) ++refused;
    CHECK(answer == "EXIT");
    int said = 0;
    for (answer = ann.receive(); answer && *answer == "bob: " + std::to_string(said); answer = ann.receive())
        ++said;
    CHECK(answer == "bob left the room");
    CHECK(said + refused == 30);
    CHECK(said >= 22);
}

TEST_CASE("a client that dies is gone after two lines") {
    Chatd chatd;
    const auto ann = Client::joined(chatd, "ann");
    {
        const auto bob = Client::joined(chatd, "bob");
        CHECK(ann.receive() == "bob joined the room");
    }
    chatd.write("one\n");
    CHECK(ann.receive() == "admin: one");
    // The error of the first line must have come back before the second is sent.
    REQUIRE(e2e::eventually([&] {
        chatd.write("/stats\n");
        return chatd.output_has("unsent") && chatd.output().find("port errors 1") != std::string::npos;
    }));
    chatd.write("two\n");
    CHECK(ann.receive() == "admin: two");
    CHECK(ann.receive() == "bob left the room");
}

TEST_CASE("the room is on IPv6 as on IPv4") {
    Chatd chatd;
    const auto ann = Client::joined(chatd, "ann");
    const Client six(chatd.port(), "::1");
    six.send("L six");
    CHECK(six.receive() == "OK");
    CHECK(ann.receive() == "six joined the room");
    six.send("C six hello");
    CHECK(ann.receive() == "six: hello");
}

TEST_CASE("an answer comes from the address that was asked") {
    // A connected socket takes it from there only.
    Chatd chatd;
    const Client client(chatd.port(), "127.4.5.6");
    client.send("L ann");
    CHECK(client.receive() == "OK");
}

TEST_CASE("classic clients can be kept out") {
    Chatd chatd({"--classic", "off"});
    const Client client(chatd.port());
    client.send("L ann");
    CHECK(client.receive() == "chatd: this room takes encrypted clients only: join with chat");
}

TEST_CASE("closing tells everybody") {
    Chatd chatd;
    const auto ann = Client::joined(chatd, "ann");
    SUBCASE("by a signal") {
        chatd.signal(SIGTERM);
    }
    SUBCASE("by an interrupt") {
        chatd.signal(SIGINT);
    }
    SUBCASE("by a command") {
        chatd.write("/quit\n");
    }
    CHECK(ann.receive() == "chatd: the room is closed");
    CHECK(ann.receive() == "EXIT");
    CHECK(chatd.wait() == 0);
}

TEST_CASE("a simple client is given what was said last, if the host says so") {
    e2e::Chatd chatd({"--classic-history", "2"});
    const auto ann = e2e::Client::joined(chatd, "ann");
    const auto bob = e2e::Client::joined(chatd, "bob");
    for (const auto* line : {"one", "two", "three"}) ann.send(std::string("C ann ") + line);
    CHECK(bob.receive() == "ann: one");
    CHECK(bob.receive() == "ann: two");
    CHECK(bob.receive() == "ann: three");
    const auto carl = e2e::Client::joined(chatd, "carl");
    CHECK(carl.receive() == "ann: two");
    CHECK(carl.receive() == "ann: three");
    CHECK(carl.heard_nothing_before("Q carl", "EXIT"));
}
