// SPDX-License-Identifier: MIT
#include "chat/settings.hpp"

#include "chat/state/input_history.hpp"
#include "common/app/failure.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <stdlib.h>

#include <fstream>
#include <iterator>

using chat::KeyPress;
using chat::Settings;

namespace {

struct Directory : test::TemporaryDirectory {
    std::filesystem::path file() const { return std::filesystem::path(path) / "chat" / "chat.conf"; }
    void write(const std::string& content) const {
        std::filesystem::create_directories(file().parent_path());
        std::ofstream(file()) << content;
    }
    std::string content() const {
        std::ifstream stream(file());
        return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    }
};

std::string fault_in(const Directory& directory) {
    try {
        chat::load_settings(directory.file());
    } catch (const Failure& failure) {
        CHECK(failure.status() == EX_CONFIG);
        return std::string(failure.what()).substr(directory.file().string().size());
    }
    return "none";
}

} // namespace

TEST_CASE("settings are read, and what is wrong is told with its line") {
    const Directory directory;
    CHECK(chat::load_settings(directory.file()).bell == Settings::Bell::mention);
    directory.write(
        "# mine\n\n bell = all \ntime=%H:%M:%S\nbind = ^G search\nignore = zoe ivan\ntheme = light");
    const auto settings = chat::load_settings(directory.file());
    CHECK(settings.bell == Settings::Bell::all);
    CHECK(settings.time_format == "%H:%M:%S");
    CHECK(settings.theme == Settings::Theme::light);
    CHECK(settings.ignored == std::set<std::string>{"ivan", "zoe"});
    CHECK(settings.keys.usual({KeyPress::Code::control, U'g'}) == KeyPress{KeyPress::Code::control, U'r'});
    directory.write("bell = all\nbel = off\n");
    CHECK(fault_in(directory) == ":2: no setting 'bel'; did you mean 'bell'?");
    directory.write("bell = loud\n");
    CHECK(fault_in(directory) == ":1: 'bell' takes off|mention|all, not 'loud'");
    directory.write("bell\n");
    CHECK(fault_in(directory) == ":1: 'bell' is no NAME = VALUE");
    for (const std::string line : {"bind = ^G", "bind = ^G fly", "bind = Hyper-x search", "time = \x1b[2J",
                                   "ignore = a:b", "roster = maybe"}) {
        directory.write(line);
        CHECK_MESSAGE(fault_in(directory) != "none", line);
    }
}

TEST_CASE("a setting is kept in its own line, and the rest stays") {
    const Directory directory;
    CHECK_FALSE(chat::save_setting(directory.file(), "bell", "all"));
    CHECK(directory.content() == "bell = all\n");
    directory.write("# mine\nbell=off\nbind = ^G search\n\nbell = all\n");
    CHECK_FALSE(chat::save_setting(directory.file(), "bell", "mention"));
    CHECK_FALSE(chat::save_setting(directory.file(), "bind", "^T none"));
    CHECK_FALSE(chat::save_setting(directory.file(), "bind", "^G redraw"));
    CHECK(directory.content() == "# mine\nbell = mention\nbind = ^G redraw\n\nbind = ^T none\n");
    CHECK(chat::save_setting("/proc/none/chat.conf", "bell", "all").value().starts_with("set, but not kept"));
}

TEST_CASE("every setting takes what it gives") {
    Settings settings;
    for (const auto& setting : chat::settings())
        if (setting.name != "bind") CHECK_MESSAGE(setting.set(settings, setting.get(settings)), setting.name);
}

TEST_CASE("keys have names, and do what they are bound to") {
    for (const auto& binding : chat::key_bindings())
        if (!binding.name.empty()) CHECK(chat::parse_key(chat::name_of(binding.key)) == binding.key);
    CHECK(chat::name_of({KeyPress::Code::control_x, U'e'}) == "^X ^E");
    for (const auto* name : {"", "^", "^1", "^r", "M-", "M-ab", "F2", "pgup", "a"})
        CHECK_FALSE(chat::parse_key(name));
    chat::Keymap keys;
    const KeyPress search{KeyPress::Code::control, U'r'};
    const KeyPress other{KeyPress::Code::alt, U'/'};
    CHECK(keys.bind(other, "search"));
    CHECK(keys.usual(other) == search);
    CHECK(keys.usual(search) == search);
    CHECK(keys.key(chat::Action::search) == other);
    CHECK(keys.bind(search, "none"));
    CHECK_FALSE(keys.usual(search));
    CHECK(keys.usual(other) == search); // which the table still has
    CHECK(chat::usual_action(search) == chat::Action::search);
    CHECK(chat::usual_action({KeyPress::Code::character, U'r'}) == chat::Action::type);
    CHECK(chat::usual_action({KeyPress::Code::control, U'q'}) == chat::Action::nothing);
    CHECK_FALSE(keys.bind(other, ""));
    CHECK_FALSE(keys.bind(other, "fly"));
}

TEST_CASE("two keys can change places") {
    const KeyPress line_begin{KeyPress::Code::control, U'a'};
    const KeyPress page_up{KeyPress::Code::page_up};
    chat::Keymap keys;
    CHECK(keys.bind(line_begin, "page-up"));
    CHECK(keys.bind(page_up, "line-begin"));
    CHECK(keys.usual(line_begin) == page_up);
    CHECK(keys.usual(page_up) == line_begin);
}

TEST_CASE("lines typed before are there again, whatever is in them") {
    const Directory directory;
    const auto file = std::filesystem::path(directory.path) / "state" / "typed";
    CHECK(chat::load_typed_lines(file, 10).empty());
    const std::deque<std::string> lines = {"hello", "two\nlines", R"(C:\new\folder)", "你好"};
    for (const auto& line : lines) chat::keep_typed_line(file, line);
    CHECK(chat::load_typed_lines(file, 10) == lines);
    CHECK(chat::load_typed_lines(file, 2) == std::deque<std::string>{R"(C:\new\folder)", "你好"});
    for (int i = 0; i < 50; ++i) chat::keep_typed_line(file, std::to_string(i));
    CHECK(chat::load_typed_lines(file, 10).size() == 10); // and the file is short again
    CHECK(std::filesystem::file_size(file) == 30);
    std::ofstream(file) << "a\x1b[2Jb\n\n";
    CHECK(chat::load_typed_lines(file, 10) == std::deque<std::string>{"a\uFFFD[2Jb"});
}

TEST_CASE("no key does two things, and every action but typing has a key") {
    std::set<KeyPress> keys;
    std::set<chat::Action> actions;
    for (const auto& binding : chat::key_bindings()) {
        CHECK_MESSAGE(keys.insert(binding.key).second, chat::name_of(binding.key));
        actions.insert(binding.action);
    }
    for (int i = 0; i < static_cast<int>(chat::Action::nothing); ++i)
        if (const auto action = static_cast<chat::Action>(i); action != chat::Action::type)
            CHECK_MESSAGE(actions.contains(action), i);
}
