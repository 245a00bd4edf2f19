// SPDX-License-Identifier: MIT
// Real programs on a network that loses a third of all datagrams, both ways: two network namespaces with a
// cable between them. Where this user may not make those, the test says so and is skipped.
#include "tests/e2e/cable.hpp"
#include "tests/e2e/process.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <memory>
#include <set>

using e2e::Cable;
using e2e::Process;
using e2e::said_in;

namespace {

std::size_t count_said(const std::string& output) {
    constexpr std::string_view mark = R"("kind":"say")";
    std::size_t count = 0;
    for (auto at = output.find(mark); at != std::string::npos; at = output.find(mark, at + 1)) ++count;
    return count;
}

} // namespace

TEST_CASE("at 30 percent loss both ways everybody has every line once, in one order") {
    Cable network;
    network.lose(30);
    if (!network.is_made()) {
        MESSAGE("skipped: this user may not make network namespaces, or ip or nft is missing");
        return;
    }
    constexpr std::size_t members = 20;
    constexpr std::size_t lines = 50;
    Process chatd(network.on(0, {CHATD_PROGRAM, "--flood", "off"}));
    REQUIRE(chatd.output_has("yourname"));
    std::vector<std::unique_ptr<Process>> chats;
    for (std::size_t i = 0; i < members; ++i)
        chats.push_back(std::make_unique<Process>(
            network.on(1, {CHAT_PROGRAM, "--json", "--name", "c" + std::to_string(i), "10.78.0.1"})));
    for (auto& chat : chats) REQUIRE(chat->output_has(R"("state":"online")"));
    for (std::size_t line = 0; line < lines; ++line)
        for (std::size_t i = 0; i < members; ++i)
            chats[i]->write("line " + std::to_string(line) + " of c" + std::to_string(i) + "\n");
    // All of them are read: one that can't write does not listen either.
    CHECK(e2e::eventually([&] {
        bool have_all = true;
        for (auto& chat : chats) {
            chat->read_available();
            have_all = have_all && count_said(chat->output()) >= members * lines;
        }
        return have_all;
    }));
    const auto all = said_in(chats.front()->output());
    CHECK(all.size() == members * lines);
    CHECK(std::set<std::string>(all.begin(), all.end()).size() == members * lines);
    for (const auto& chat : chats) CHECK(said_in(chat->output()) == all);
    for (auto& chat : chats) chat->signal(SIGTERM);
    for (auto& chat : chats) {
        const auto status = chat->wait();
        CHECK_MESSAGE(
            status == 0, status.value_or(-1), " after ",
            chat->output().substr(chat->output().size() - std::min<std::size_t>(chat->output().size(), 500)));
    }
}
