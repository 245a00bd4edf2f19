// SPDX-License-Identifier: MIT
// Keys, lines and resizes over the editor, the model and the view: the screen is always a screen, the cursor
// on it, and no row wider than it is.
#include "chat/screen/browser.hpp"
#include "chat/screen/view.hpp"

#include "common/base/ensure.hpp"
#include "common/text/utf8.hpp"
#include "common/text/width.hpp"
#include "tests/support/room_events.hpp"
#include "tests/support/typing.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>

namespace {

using chat::KeyPress;

class Screen {
  public:
    Screen() {
        model_.members.own_name = "ann";
        model_.scrollback.is_one_burst = [](WallTime, WallTime) { return true; };
        model_.apply(chat::Online{}, {});
    }

    void happen(std::uint8_t what, std::string_view bytes) {
        const auto text = std::string(text::Text::lines_from_untrusted(bytes).view());
        switch (what % 24) {
        case 0: size_ = {1 + what % 50, size_.columns}; break;
        case 1: size_ = {size_.rows, 1 + static_cast<int>(bytes.size() % 130)}; break;
        case 2: press({KeyPress::Code::backspace}); break;
        case 3: press({KeyPress::Code::alt_enter}); break;
        case 4: press({KeyPress::Code::up}); break;
        case 5: press({KeyPress::Code::left}); break;
        case 6: press({KeyPress::Code::control, U'w'}); break;
        case 7: press({KeyPress::Code::control, U'y'}); break;
        case 8: ui_.editor.take_line(); break;
        case 9: ui_.editor.insert(text.substr(0, text::cut_length(text, 200))); break;
        case 10: complete(); break;
        case 11: ui_.paste = chat::paste_of(bytes); break;
        case 12: ui_.paste.reset(); break;
        case 13: browser_.scroll(what / 8, size_); break;
        case 14: browser_.scroll(-(what / 8), size_); break;
        case 15: browser_.scroll_to_top(size_); break;
        case 16: browser_.begin_search(std::string(text::Text::from_untrusted(text).view()), size_); break;
        case 17: browse(what / 24); break;
        case 18: model_.apply(test::said("bob", text), {}); break;
        case 19: model_.apply(test::joined(what % 2 == 0 ? "bob" : "carl"), {}); break;
        case 20: model_.add_own(1, wire::Say{text::Text::lines_from_untrusted(text)}, {}); break;
        case 21: model_.scrollback.look(what % 2 == 0); break;
        case 22: model_.scrollback.clear(); break;
        default: const auto next = text::decode(bytes); press({KeyPress::Code::character, next.value});
        }
        check();
    }

  private:
    void press(const KeyPress& key) { test::press(ui_.editor, key); }

    void complete() {
        ui_.completion = chat::complete(ui_.editor.text(), ui_.editor.cursor(), model_.members);
        if (!ui_.completion) return;
        ui_.editor.replace(ui_.completion->begin, ui_.completion->end, ui_.completion->candidates[0]);
        ui_.completion.reset();
    }

    void browse(int how) {
        constexpr KeyPress keys[] = {{KeyPress::Code::up},
                                     {KeyPress::Code::down},
                                     {KeyPress::Code::backspace},
                                     {KeyPress::Code::enter},
                                     {KeyPress::Code::escape},
                                     {KeyPress::Code::control, U'r'},
                                     {KeyPress::Code::character, U'e'}};
        if (ui_.search)
            search(keys[static_cast<std::size_t>(how) % std::size(keys)]);
        else if (how % 3 == 0)
            browser_.go_to_unread(size_);
        else
            browser_.go_to_mention(how % 3 == 1, size_);
    }

    void search(const KeyPress& key) { browser_.search(chat::usual_action(key), key, size_); }

    void check() const {
        const auto cells = chat::draw(model_, ui_, size_);
        ensure(cells.size() == size_, "a screen is as large as it is");
        ensure(cells.cursor_row >= 0 && cells.cursor_row < size_.rows && cells.cursor_column >= 0 &&
                   cells.cursor_column < size_.columns,
               "the cursor is on the screen");
        for (int row = 0; row < size_.rows; ++row)
            for (int column = 0; column < size_.columns;) {
                const auto& cell = cells.at(row, column);
                ensure(cell.columns == 1 || cell.columns == 2, "a cell has its glyph's columns");
                ensure(column + cell.columns <= size_.columns, "no glyph is cut");
                for (const char byte : cell.bytes)
                    ensure(static_cast<unsigned char>(byte) >= 0x20, "no control character is in a cell");
                column += cell.columns;
            }
        ensure(text::is_valid_utf8(ui_.editor.text()), "what is typed is text");
    }

    chat::Model model_;
    chat::UiState ui_;
    chat::Browser browser_{model_, ui_};
    chat::Size size_{24, 80};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t most = 192;
    const std::string_view bytes(reinterpret_cast<const char*>(data), std::min(size, most));
    Screen screen;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        screen.happen(static_cast<std::uint8_t>(bytes[i]), bytes.substr(i + 1));
    return 0;
}
