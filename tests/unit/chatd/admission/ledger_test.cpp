// SPDX-License-Identifier: MIT
#include "chatd/admission/ledger.hpp"

#include <doctest/doctest.h>

#include <array>

using chatd::Cost;
using chatd::Holding;
using chatd::Ledger;
using chatd::Limits;
using chatd::Source;
using namespace std::chrono_literals;

namespace {

const Instant start{1h};

Source source(char last, std::optional<unsigned> link = {}) {
    return {std::string("\x0a\x00\x00", 3) + last, false, link};
}

wire::MemberId key(std::uint64_t number) {
    return wire::MemberId::classic(number);
}

/// How many of `cost` a series of keys and sources gets at one moment.
template<class Next>
int taken(Ledger& ledger, Cost cost, Instant now, Next next) {
    int count = 0;
    for (int tries = 0; tries < 20000; ++tries) {
        const auto [id, from] = next(tries);
        if (!ledger.spend(cost, from, &id, now)) break;
        ++count;
    }
    return count;
}

} // namespace

TEST_CASE("a user of the host's machine who guesses leaves another's joins some guesses") {
    Ledger ledger(Limits{}, {});
    const Source loopback{"loopback", true};
    for (int i = 0; i < 10; ++i) CHECK(ledger.spend(Cost::guess, loopback, nullptr, start));
    CHECK(ledger.spend(Cost::guess, loopback, nullptr, start));
    const auto rate = Limits{}.guesses.loopback;
    CHECK(rate == Limits{}.guesses.link);
}

TEST_CASE("every cost is bounded by key, by address, by link and for everybody") {
    const Limits limits;
    const Rate flood{10, 5};
    for (const auto cost : {Cost::join, Cost::handshake, Cost::guess, Cost::command, Cost::search}) {
        const auto& limit = cost == Cost::join        ? limits.joins
                            : cost == Cost::handshake ? limits.handshakes
                            : cost == Cost::guess     ? limits.guesses
                            : cost == Cost::command   ? limits.commands
                                                      : limits.searches;
        const auto of_key = cost == Cost::command ? std::optional(flood) : limit.key;
        if (of_key) {
            Ledger ledger(limits, flood);
            // Another address with each: it is the key that is counted.
            CHECK(taken(ledger, cost, start, [](int i) {
                      return std::pair(key(1), source(static_cast<char>(i)));
                  }) == of_key->burst);
            const auto id = key(1);
            const auto ready = ledger.ready_at(cost, source(99), &id);
            CHECK(ready == start + of_key->period / of_key->count);
        }
        Ledger of_address(limits, flood);
        CHECK(taken(of_address, cost, start, [](int i) {
                  return std::pair(key(static_cast<std::uint64_t>(i)), source(1));
              }) == limit.address.burst);
        Ledger of_link(limits, flood);
        CHECK(taken(of_link, cost, start, [](int i) {
                  auto from = source(1, 2U);
                  from.holder += std::to_string(i);
                  return std::pair(key(static_cast<std::uint64_t>(i)), from);
              }) == std::min(limit.link.burst, limit.everybody.burst));
        Ledger of_all(limits, flood);
        CHECK(taken(of_all, cost, start, [](int i) {
                  auto from = source(1);
                  from.holder += std::to_string(i);
                  return std::pair(key(static_cast<std::uint64_t>(i)), from);
              }) == limit.everybody.burst);
    }
}

TEST_CASE("with no flood limit nobody's commands are counted") {
    Ledger ledger({}, std::nullopt);
    CHECK(taken(ledger, Cost::command, start, [](int) { return std::pair(key(1), source(1)); }) == 20000);
}

TEST_CASE("what is held is bounded, and given back") {
    Limits limits;
    Ledger ledger(limits, std::nullopt);
    for (std::size_t i = 0; i < limits.sessions.address; ++i) {
        REQUIRE(ledger.may_add(Holding::session, source(1)));
        ledger.add(Holding::session, source(1));
    }
    CHECK_FALSE(ledger.may_add(Holding::session, source(1)));
    CHECK(ledger.may_add(Holding::session, source(2)));
    CHECK(ledger.limits_met() == 1);
    ledger.remove(Holding::session, source(1));
    CHECK(ledger.may_add(Holding::session, source(1)));
    CHECK(ledger.held(Holding::session) == limits.sessions.address - 1);
}

TEST_CASE("a guess that was none is given back") {
    Limits limits;
    Ledger ledger(limits, std::nullopt);
    for (int i = 0; i < 1000; ++i) {
        REQUIRE(ledger.spend(Cost::guess, source(1), nullptr, start));
        ledger.give_back(Cost::guess, source(1));
    }
}

TEST_CASE("accounts with nothing in them are forgotten") {
    Ledger ledger({}, Rate{10, 5});
    auto now = start;
    for (std::uint64_t i = 0; i < 100'000; ++i, now += 20ms) {
        auto from = source(1);
        from.holder += std::to_string(i);
        const auto id = key(i);
        REQUIRE(ledger.spend(Cost::join, from, &id, now));
    }
    // A join is forgotten after six seconds: 300 of them.
    CHECK(ledger.memory() < std::size_t{2} << 20);
}
