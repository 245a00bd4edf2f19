// SPDX-License-Identifier: MIT
// The screen with a full scrollback: how long one is made, what a line keeps of memory, and how long it takes
// to go through a thousand lines that come at once. Prints figures, judges nothing.
#include "chat/screen/view.hpp"
#include "common/os/clock.hpp"
#include "common/text/utf8.hpp"
#include "tests/bench/bench.hpp"
#include "tests/support/room_events.hpp"

#include <algorithm>

namespace {

using namespace bench;

template<class Work>
void time_of(const char* name, int times, Work work) {
    std::vector<double> each;
    for (int i = 0; i < times; ++i) {
        const auto before = os::monotonic_now();
        work();
        each.push_back(std::chrono::duration<double, std::milli>(os::monotonic_now() - before).count());
    }
    std::sort(each.begin(), each.end());
    std::printf("%-46s p50 %8.3f ms   longest %8.3f ms\n", name, each[each.size() / 2], each.back());
}

} // namespace

int main() {
    const auto before = own_memory(getpid());
    chat::Model model;
    model.members.own_name = "anna";
    model.apply(chat::Online{}, {});
    const auto say = [&](std::size_t i) {
        model.apply(test::said("bob", "line " + std::to_string(i) +
                                          ", of the length that people type: about sixty bytes"),
                    {});
    };
    for (std::size_t i = 0; i < chat::Scrollback::max_lines; ++i) say(i);
    std::printf("%zu lines: %lld bytes each\n", chat::Scrollback::max_lines,
                (own_memory(getpid()) - before) / static_cast<long long>(chat::Scrollback::max_lines));
    const chat::UiState ui;
    const chat::Size size{24, 80};
    const chat::Size large{60, 200};
    time_of("a screen of 80x24", 200, [&] { chat::draw(model, ui, size); });
    time_of("a screen of 200x60", 200, [&] { chat::draw(model, ui, large); });
    time_of("a thousand lines come, then one screen", 20, [&] {
        for (std::size_t i = 0; i < 1000; ++i) say(i);
        chat::draw(model, ui, size);
    });
    model.scrollback.anchor = chat::scrolled_to_top(model, ui, size);
    time_of("a screen at the top", 200, [&] { chat::draw(model, ui, size); });
    time_of("a page up from the newest line", 200, [&] {
        model.scrollback.anchor.reset();
        model.scrollback.anchor = chat::scrolled(model, ui, size, 20);
    });
    const auto needle = text::folded("nowhere");
    time_of("a search that finds nothing", 5,
            [&] { chat::find_older(model, needle, model.scrollback.lines().size()); });
    return EXIT_SUCCESS;
}
