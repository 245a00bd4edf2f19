// SPDX-License-Identifier: MIT
#include "chat/screen/completion.hpp"

#include "chat/model/model.hpp"
#include "chat/settings.hpp"
#include "tests/support/room_events.hpp"

#include <doctest/doctest.h>

using chat::complete;

namespace {

chat::Model room() {
    chat::Model model;
    model.members.own_name = "anna";
    model.apply(chat::Online{}, {});
    for (const auto* name : {"bob", "Bobby", "bonnie", "小明"}) model.apply(test::joined(name), {});
    model.apply(test::said("bonnie", "hi"), {});
    model.apply(test::said("bob", "hi"), {});
    return model;
}

std::vector<std::string> candidates(std::string_view text) {
    const auto found = complete(text, text.size(), room().members);
    return found ? found->candidates : std::vector<std::string>{};
}

} // namespace

TEST_CASE("names are completed, whoever spoke last first") {
    using Messages = std::vector<std::string>;
    CHECK(candidates("bo") == Messages{"bob: ", "bonnie: ", "Bobby: "});
    CHECK(candidates("BOBB") == Messages{"Bobby: "});
    CHECK(candidates("hello bon") == Messages{"bonnie "});
    CHECK(candidates("two\nbon") == Messages{"bonnie "});
    CHECK(candidates("小") == Messages{"小明: "});
    CHECK(candidates("/msg bon") == Messages{"bonnie "});
    CHECK(candidates("ann").empty()); // nobody talks to themselves
    CHECK(candidates("").empty());
    CHECK(candidates("hello ").empty());
    CHECK(candidates("zzz").empty());
}

TEST_CASE("commands and settings are completed") {
    using Messages = std::vector<std::string>;
    CHECK(candidates("/wh") == Messages{"/who ", "/whois "});
    CHECK(candidates("/top") == Messages{"/topic "});
    CHECK(candidates("/set be") == Messages{"bell "});
    CHECK(candidates("/set ").size() == chat::settings().size());
    CHECK(candidates("/set bell bo") == Messages{"bob ", "bonnie ", "Bobby "});
    CHECK(candidates("/xyz").empty());
    CHECK_FALSE(complete("/who", 0, room().members));
    const auto found = complete("hello bo you", 8, room().members);
    REQUIRE(found);
    CHECK(found->begin == 6);
    CHECK(found->end == 8);
}
