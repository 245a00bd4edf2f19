// SPDX-License-Identifier: MIT
#include "chat/network/conversation.hpp"

#include "tests/support/idle_link.hpp"

#include <doctest/doctest.h>

#include <poll.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

/// Tells of the event 5, and once that is seen of another one of that number: a new log's. Notes what it is
/// told as seen, and answers what it is asked to find.
class NewLogLink final : public test::IdleLink {
  public:
    explicit NewLogLink(std::vector<wire::Sequence>& seen)
        : seen_(seen) {}
    void set_seen(wire::Sequence sequence) override {
        seen_.push_back(sequence);
        is_due_ = seen_.size() == 1;
    }
    void find(wire::Sequence, const std::string&) override { is_asked_ = true; }
    std::optional<chat::LinkEvent> poll_event() override {
        if (std::exchange(is_asked_, false)) return chat::SearchResults{};
        if (!std::exchange(is_due_, false)) return std::nullopt;
        return chat::RoomEvent{{5, {}, wire::Shouted{text::Text::from_untrusted("hello")}}};
    }

  private:
    std::vector<wire::Sequence>& seen_;
    bool is_due_ = true;
    bool is_asked_ = false;
};

} // namespace

TEST_CASE("what is shown is told as seen, also where a new log has come as far as the old one") {
    std::vector<wire::Sequence> seen; // by the thread that the conversation ends
    {
        chat::Conversation conversation(
            {"127.0.0.1", 9},
            [&](const chat::JoinAs&, Instant) { return std::make_unique<NewLogLink>(seen); },
            chat::NameStore(""));
        conversation.network().ask(chat::JoinAs{"ann", {}, {}});
        const auto wait = [&] {
            pollfd news{conversation.network().fd(), POLLIN, 0};
            REQUIRE(::poll(&news, 1, 10'000) == 1);
            CHECK(conversation.drain_heard().size() == 1);
        };
        for (int i = 0; i < 2; ++i) {
            wait();
            conversation.tell_seen();
            conversation.tell_seen(); // once is enough
        }
        conversation.network().ask(chat::Find{});
        wait(); // all before it is done
    }
    CHECK(seen == std::vector<wire::Sequence>{5, 5});
}
