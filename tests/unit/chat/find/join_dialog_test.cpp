// SPDX-License-Identifier: MIT
// On the way into a room.
#include "chat/find/join_dialog.hpp"
#include "common/app/failure.hpp"
#include "tests/support/idle_link.hpp"
#include "tests/support/room_events.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

chat::KnownRooms no_rooms() {
    return chat::KnownRooms("/nonexistent/known_rooms");
}

/// A host that has one wait before it lets one in.
class WaitingLink final : public test::IdleLink {
  public:
    explicit WaitingLink(Instant now)
        : let_in_at_(now + 50ms) {}
    void handle_deadline(Instant now) override {
        if (told_ == 0) events_.emplace_back(chat::Notice{chat::Notice::From::host, "you are 3rd in line"});
        told_ = 1;
        if (now >= let_in_at_ && !is_in_) {
            is_in_ = true;
            events_.emplace_back(chat::Online{});
        }
    }
    std::optional<Instant> next_deadline() const override {
        return is_in_ ? std::nullopt : std::optional(told_ == 0 ? Instant{} : let_in_at_);
    }
    std::optional<chat::LinkEvent> poll_event() override {
        if (events_.empty()) return std::nullopt;
        auto event = std::move(events_.front());
        events_.erase(events_.begin());
        return event;
    }

  private:
    Instant let_in_at_;
    int told_ = 0;
    bool is_in_ = false;
    std::vector<chat::LinkEvent> events_;
};

/// A host that answers and never lets one in.
class HeldUpLink final : public test::IdleLink {
  public:
    std::optional<chat::LinkEvent> poll_event() override {
        switch (++told_) {
        case 1: return test::noticed("still trying");
        case 2: return chat::Unanswered{60s, false, true};
        default: return std::nullopt;
        }
    }
    bool is_closed() const override { return told_ > 1; }

  private:
    int told_ = 0;
};

} // namespace

TEST_CASE("who is not let in is told while it is tried, and may try again later") {
    os::SignalDescriptor signals({SIGUSR2});
    chat::Prompts prompts(false, signals);
    chat::Conversation conversation(
        {"127.0.0.1", 9}, [](const chat::JoinAs&, Instant) { return std::make_unique<HeldUpLink>(); },
        chat::NameStore(""));
    std::vector<std::string> told;
    try {
        chat::JoinDialog dialog(conversation, no_rooms(), prompts, [&](const chat::TimedEvent& heard) {
            told.push_back(chat::word_before_joining(heard.what).value());
        });
        dialog.join({"ann", {}, {}}, signals);
        FAIL("it is not let in");
    } catch (const Failure& failure) {
        CHECK(failure.status() == EX_TEMPFAIL);
        CHECK(std::string(failure.what()).starts_with("127.0.0.1:9 answered, but let nobody in"));
    }
    CHECK(told == std::vector<std::string>{"still trying"});
}

TEST_CASE("who has to wait for being let in is told at once, and goes on waiting") {
    os::SignalDescriptor signals({SIGUSR2});
    chat::Prompts prompts(false, signals);
    chat::Conversation conversation(
        {"127.0.0.1", 9}, [](const chat::JoinAs&, Instant now) { return std::make_unique<WaitingLink>(now); },
        chat::NameStore(""));
    std::vector<std::string> told;
    chat::JoinDialog dialog(conversation, no_rooms(), prompts, [&](const chat::TimedEvent& heard) {
        told.push_back(std::get<chat::Notice>(heard.what).text);
    });
    dialog.join({"ann", {}, {}}, signals);
    CHECK(conversation.name() == "ann");
    CHECK(told == std::vector<std::string>{"you are 3rd in line"});
    for (const auto& heard : conversation.drain_heard())
        CHECK_FALSE(std::holds_alternative<chat::Notice>(heard.what)); // and not again
}
