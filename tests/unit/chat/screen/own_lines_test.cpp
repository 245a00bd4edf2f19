// SPDX-License-Identifier: MIT
#include "chat/screen/own_lines.hpp"

#include "tests/support/idle_link.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

namespace {

/// Somebody who types lines that the host refuses.
struct Typist {
    /// The next one.
    void be_refused() {
        lines.say(wire::Say{text::Text::from_untrusted("line " + std::to_string(++id))}, {});
        const chat::LineRefused refused{id, "too fast"};
        model.apply(refused, {});
        lines.handle(refused);
    }
    /// What retry() says; empty if it has nothing.
    std::string retry() {
        lines.retry({});
        const auto& last = model.scrollback.lines().back();
        return last.kind == chat::Line::Kind::own ? last.text : std::string();
    }

    chat::Model model;
    chat::Network network{{*net::Address::parse("127.0.0.1", 9)},
                          [](const chat::JoinAs&, Instant) { return std::make_unique<test::IdleLink>(); }};
    chat::OwnLines lines{model, network};
    chat::LineId id = 0;
};

} // namespace

TEST_CASE("a line that was refused can be said once more, the newest first") {
    Typist ann;
    ann.model.connection.state = chat::Connection::State::online;
    ann.be_refused();
    ann.be_refused();
    CHECK(ann.retry() == "line 2");
    CHECK(ann.retry() == "line 1");
    CHECK(ann.retry().empty());
}

TEST_CASE("of the lines that were refused the oldest are forgotten") {
    Typist ann;
    ann.model.connection.state = chat::Connection::State::online;
    constexpr auto most = chat::OwnLines::max_refused;
    for (std::size_t i = 0; i < most + 50; ++i) ann.be_refused();
    for (std::size_t i = 0; i < most; ++i) REQUIRE_FALSE(ann.retry().empty());
    CHECK(ann.retry().empty());
}
