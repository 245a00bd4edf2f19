// SPDX-License-Identifier: MIT
#include "chatd/session/typists.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

const auto ann = wire::MemberId::classic(1);
const auto bob = wire::MemberId::classic(2);

std::vector<std::string> names(const std::vector<chatd::Typist>& list) {
    std::vector<std::string> shown;
    for (const auto& typist : list) shown.push_back(typist.name);
    return shown;
}

} // namespace

TEST_CASE("members are told of typing at most twice a second, and of what is true then") {
    std::vector<chatd::Typist> list;
    chatd::Typists typists(list);
    const Instant now(1h);
    CHECK_FALSE(typists.drain_news(now));
    CHECK_FALSE(typists.next_deadline());
    typists.handle(ann, "ann", true, now);
    CHECK(typists.drain_news(now));
    CHECK(names(list) == std::vector<std::string>{"ann"});
    typists.handle(bob, "bob", true, now);
    typists.handle(ann, "ann", false, now);
    CHECK(typists.next_deadline() == now + 500ms);
    CHECK_FALSE(typists.drain_news(now + 499ms));
    CHECK(typists.drain_news(now + 500ms));
    CHECK(names(list) == std::vector<std::string>{"bob"});
}

TEST_CASE("who types is forgotten soon, and each is there once") {
    std::vector<chatd::Typist> list;
    chatd::Typists typists(list);
    const Instant now(1h);
    typists.handle(ann, "ann", true, now);
    typists.handle(ann, "ann", true, now + 3s);
    CHECK(typists.drain_news(now + 3s));
    CHECK(list.size() == 1);
    CHECK(typists.next_deadline() == now + 9s);
    CHECK_FALSE(typists.drain_news(now + 8s));
    CHECK(typists.drain_news(now + 9s));
    CHECK(list.empty());
    typists.forget(ann); // no news
    CHECK_FALSE(typists.drain_news(now + 20s));
}
