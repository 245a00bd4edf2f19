// SPDX-License-Identifier: MIT
// Everything that chat says has its words in every language that ships, with the same places to fill in.
#include "chat/commands.hpp"
#include "chat/link/link_messages.hpp"
#include "chat/translate.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace {

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    REQUIRE_MESSAGE(file, path.string());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The strings that are handed to tr() as they are, as they are written.
std::set<std::string> messages() {
    std::set<std::string> found;
    const std::regex piece(R"re("((?:[^"\\]|\\.)*)")re");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(SOURCE_DIRECTORY "/chat")) {
        if (entry.path().extension() != ".cpp") continue;
        const auto source = content_of(entry.path());
        // A string of several pieces is one.
        const std::regex whole(R"re(\btr\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+))re");
        for (std::sregex_iterator next(source.begin(), source.end(), whole), end; next != end; ++next) {
            const auto pieces = (*next)[1].str();
            std::string message;
            for (std::sregex_iterator one(pieces.begin(), pieces.end(), piece); one != end; ++one)
                message += (*one)[1].str();
            found.insert(message);
        }
    }
    chat::LinkMessages of_link;
    for (const auto* message : of_link.all()) found.insert(*message);
    for (const auto& command : chat::commands()) found.emplace(command.help);
    for (const auto& setting : chat::settings()) found.emplace(setting.help);
    for (const auto& action : chat::key_bindings())
        if (!action.help.empty()) found.emplace(action.help);
    return found;
}

std::map<std::string, std::string> catalogue(const std::string& file) {
    std::map<std::string, std::string> words;
    const auto source = content_of(file);
    const std::regex entry(R"re(\nmsgid "((?:[^"\\]|\\.)+)"\nmsgstr "((?:[^"\\]|\\.)*)")re");
    for (std::sregex_iterator next(source.begin(), source.end(), entry), end; next != end; ++next)
        words[(*next)[1].str()] = (*next)[2].str();
    return words;
}

std::set<std::string> places_in(const std::string& text) {
    const std::regex place(R"re(\{[0-9]\})re");
    return {std::sregex_token_iterator(text.begin(), text.end(), place), std::sregex_token_iterator()};
}

} // namespace

TEST_CASE("every message has its words in simplified Chinese, and no word has none") {
    const auto said = messages();
    CHECK(said.size() > 150);
    const auto words = catalogue(SOURCE_DIRECTORY "/chat/po/zh_CN.po");
    for (const auto& message : said) CHECK_MESSAGE(words.contains(message), "missing: ", message);
    for (const auto& [message, translated] : words) {
        CHECK_MESSAGE(said.contains(message), "nobody says: ", message);
        CHECK_MESSAGE(places_in(message) == places_in(translated), message);
        CHECK_FALSE_MESSAGE(translated.empty(), message);
    }
}

TEST_CASE("places are filled in, and nothing else is taken for one") {
    CHECK(chat::tr("{0} is now called {1}", {"bob", "rob"}) == "bob is now called rob");
    CHECK(chat::tr("{1} {0} {1}", {"a", "b"}) == "b a b");
    CHECK(chat::tr("{2} {x} {", {"a"}) == "{2} {x} {");
    CHECK(chat::tr("{0}", {"{0}"}) == "{0}");
}
