// SPDX-License-Identifier: MIT
#include "chat/commands.hpp"
#include "chat/model/spoken.hpp"
#include "chat/translate.hpp"

#include "common/app/lookup.hpp"
#include "common/session/crypto.hpp"
#include "common/text/name.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chat {
namespace {

std::string padded(std::string text) {
    constexpr std::size_t width = 22;
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

/// The first word, which it takes from `rest`, with the blanks behind it.
std::string_view take_word(std::string_view& rest) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return word;
}

Outcome say(std::string_view words, bool is_action = false) {
    auto said = text::Text::lines_from_untrusted(words);
    if (said.empty()) return Answer();
    return HostCommand{wire::Say{std::move(said), is_action}};
}

Outcome whisper_to(const std::string& typed_name, std::string_view words) {
    const auto name = text::Name::recorded(typed_name);
    auto said = text::Text::lines_from_untrusted(words);
    if (!name) return Answer{{tr("'{0}' is nobody's name", {text::escaped(typed_name)})}};
    if (said.empty()) return Answer{{tr("what? /msg NAME text")}};
    if (said.view().size() > wire::max_text)
        return Answer{{tr("that is too long to whisper: at most 8192 bytes")}};
    return HostCommand{wire::Whisper{*name, std::move(said)}};
}

Outcome me(const Context&, std::string_view words) {
    if (words.empty()) return Answer{{tr("what do you do? /me waves")}};
    return say(words, true);
}

Outcome msg(const Context&, std::string_view rest) {
    const auto name = take_word(rest);
    if (name.empty()) return Answer{{tr("to whom? /msg NAME text")}};
    return whisper_to(std::string(name), rest);
}

Outcome reply(const Context& context, std::string_view words) {
    if (context.model.members.last_whisperer().empty())
        return Answer{{tr("nobody has whispered to you yet")}};
    return whisper_to(context.model.members.last_whisperer(), words);
}

Outcome nick(const Context&, std::string_view typed) {
    auto name = text::Name::parsed(typed);
    if (!name)
        return Answer{
            {tr("a name is at most 24 columns of letters and digits, with . _ - between them: /nick NAME")}};
    return HostCommand{wire::Rename{std::move(*name)}};
}

Outcome away(const Context&, std::string_view reason) {
    return HostCommand{wire::SetAway{true, text::Text::from_untrusted(reason)}};
}

Outcome back(const Context&, std::string_view) {
    return HostCommand{wire::SetAway{false, {}}};
}

Outcome topic(const Context& context, std::string_view) {
    return Answer{{context.model.members.topic.empty()
                       ? tr("the room has no topic")
                       : tr("the topic is: {0}", {context.model.members.topic})}};
}

Outcome history(const Context& context, std::string_view typed) {
    if (!context.model.connection.is_encrypted) return Answer{{tr("the classic protocol knows no history")}};
    const auto needle = text::Text::from_untrusted(typed);
    if (needle.empty()) return Answer{{tr("what do you look for? /history NAME|TEXT")}};
    return Lookup{std::string(needle.view())};
}

Outcome help(const Context& context, std::string_view) {
    Answer answer;
    answer.rows.emplace_back(tr("what you type is said to the room; commands:"));
    for (const auto& command : commands())
        answer.rows.push_back(padded("/" + std::string(command.name) +
                                     (command.parameters.empty() ? "" : " ") +
                                     std::string(command.parameters)) +
                              tr(command.help.data()));
    answer.rows.push_back(padded("//text") + tr("say a line that starts with a slash"));
    for (const auto& binding : key_bindings())
        if (!binding.help.empty())
            answer.rows.push_back(padded(name_of(context.settings.keys.key(binding.action))) +
                                  tr(binding.help.data()));
    answer.rows.emplace_back(tr("and readline's: ^A ^E ^B ^F M-b M-f ^W ^U ^K ^Y M-d ^D, Up and Down"));
    return answer;
}

std::string in_words(const Model& model, const MemberStatus& presence) {
    std::string words;
    const auto add = [&](const std::string& word) { words += (words.empty() ? " (" : ", ") + word; };
    if (presence.is_classic && model.members.is_whole()) add(tr("unverified"));
    if (presence.is_away) add(tr("away"));
    if (presence.is_unreachable) add(tr("unreachable"));
    return words + (words.empty() ? "" : ")");
}

Outcome who(const Context& context, std::string_view) {
    const auto& model = context.model;
    std::string names;
    for (const auto& [name, presence] : model.members.roster())
        names += (names.empty() ? "" : ", ") + name + in_words(model, presence);
    if (model.members.is_whole()) return Answer{{tr("here: {0}", {names})}};
    if (names.empty()) return Answer{{tr("nobody has been seen yet")}};
    return Answer{{tr("seen here: {0}", {names}), tr("others may be here who have not said anything yet")}};
}

std::string key_in_words(const Context& context, const std::string& who, const MemberStatus& presence) {
    if (!presence.key) return tr("{0} has a key, which the host does not tell", {who});
    const auto shown = session::fingerprint(*presence.key);
    const auto name = text::Name::recorded(who);
    const auto* known = name ? context.model.known_names.find(*name) : nullptr;
    if (known == nullptr || known->key != *presence.key) return tr("{0} has the key {1}", {who, shown});
    const auto met = WallTime(std::chrono::seconds(known->since));
    auto words =
        is_same_day(met, context.now, context.zone)
            ? tr("{0} has the key {1}, known here since {2} today",
                 {who, shown, written("%H:%M", met, context.zone)})
            : tr("{0} has the key {1}, known here since {2}", {who, shown, day_in_words(met, context.zone)});
    if (known->before) words += "; " + tr("before that it was {0}", {session::fingerprint(*known->before)});
    return words;
}

Outcome whois(const Context& context, std::string_view typed) {
    const auto& roster = context.model.members.roster();
    const auto name = text::Name::recorded(std::string(typed));
    if (typed.empty()) return Answer{{tr("who? /whois NAME")}};
    const auto found = std::find_if(roster.begin(), roster.end(), [&](const auto& one) {
        return name && name->is_like(*text::Name::recorded(one.first));
    });
    if (found == roster.end()) return Answer{{tr("nobody called '{0}' is here", {text::escaped(typed)})}};
    const auto& [who, presence] = *found;
    auto words = presence.is_classic || !context.model.connection.is_encrypted
                     ? tr("{0} speaks the classic protocol: nothing proves who it is", {who})
                     : key_in_words(context, who, presence);
    if (who == context.model.members.own_name) words = tr("that is you: {0}", {words});
    if (presence.is_away) words += "; " + tr("away");
    if (presence.is_unreachable) words += "; " + tr("unreachable");
    return Answer{{words}};
}

Outcome search(const Context&, std::string_view typed) {
    return ScreenSearch{std::string(text::Text::from_untrusted(typed).view())};
}

Outcome mentions(const Context& context, std::string_view) {
    constexpr std::size_t most = 20; // rows
    Answer answer;
    const auto& lines = context.model.scrollback.lines();
    for (auto line = lines.rbegin(); line != lines.rend() && answer.rows.size() < most; ++line) {
        if (!line->is_mention) continue;
        const auto time = written("%a %H:%M  ", line->time, context.zone);
        const auto rows = spoken_rows(*line);
        for (auto row = rows.rbegin(); row != rows.rend() && answer.rows.size() < most; ++row)
            answer.rows.push_back(time + *row);
    }
    std::reverse(answer.rows.begin(), answer.rows.end());
    if (answer.rows.empty()) answer.rows.emplace_back(tr("nobody has mentioned you yet"));
    return answer;
}

Outcome ignore(const Context& context, std::string_view typed) {
    auto ignored = context.settings.ignored;
    std::string names;
    if (typed.empty()) {
        for (const auto& name : ignored) names += (names.empty() ? "" : ", ") + name;
        return Answer{{names.empty() ? tr("nobody is ignored: /ignore NAME")
                                     : tr("ignored: {0}; /ignore NAME again ends it", {names})}};
    }
    const auto name = text::Name::recorded(std::string(typed));
    if (!name) return Answer{{tr("'{0}' is nobody's name", {text::escaped(typed)})}};
    const auto who = std::string(name->view());
    const bool ends = ignored.erase(who) > 0;
    if (!ends) ignored.insert(who);
    for (const auto& one : ignored) names += (names.empty() ? "" : " ") + one;
    return Change{
        "ignore",
        names,
        {ends ? tr("you hear {0} again", {who}) : tr("you hear {0} no more; /ignore {0} ends it", {who})}};
}

Outcome set_bell(const Context& context, std::string_view value) {
    if (value.empty()) {
        const auto bell = std::find_if(settings().begin(), settings().end(),
                                       [](const Setting& s) { return s.name == "bell"; });
        return Answer{{tr("the bell is for: {0}; /bell {1}",
                          {bell->get(context.settings), std::string(bell->values)})}};
    }
    return Change{"bell", std::string(value)};
}

/// A setting's value, and what it takes. An empty value is typed as '': the name alone asks.
Outcome show_one(const Context& context, std::string_view name) {
    auto emptied = context.settings;
    const auto fault = set(emptied, name, "");
    const auto* found = text::look_up(settings(), name).entry;
    if (found == nullptr) return Answer{{fault.value()}};
    const auto setting = std::string(found->name);
    const auto values = std::string(found->values);
    const auto value = found->get(context.settings);
    Answer answer;
    answer.rows.push_back(value.empty()
                              ? tr("'{0}' is not set; /set {0} {1} sets it", {setting, values})
                              : tr("'{0}' is {1}; /set {0} {2} changes it", {setting, value, values}));
    if (!fault && !value.empty()) answer.rows.push_back(tr("/set {0} '' empties it", {setting}));
    return answer;
}

Outcome set_one(const Context& context, std::string_view rest) {
    if (!rest.empty()) {
        const auto name = take_word(rest);
        return rest.empty() ? show_one(context, name) : Change{std::string(name), std::string(rest)};
    }
    Answer answer;
    for (const auto& setting : settings()) {
        const auto value = setting.get(context.settings);
        answer.rows.push_back(padded(std::string(setting.name)) + (value.empty() ? "" : value + "   ") + "(" +
                              std::string(setting.values) + ") " + tr(setting.help.data()));
    }
    return answer;
}

Outcome tell_time(const Context& context, std::string_view) {
    return Answer{{tr("it is {0}, {1} here", {written("%H:%M:%S", context.now, context.zone),
                                              day_in_words(context.now, context.zone)})}};
}

Outcome retry(const Context&, std::string_view) {
    return Retry();
}

Outcome clear(const Context&, std::string_view) {
    return Clear();
}

Outcome quit(const Context&, std::string_view) {
    return Leave();
}

/// Members, as most commands are about one, or say something to some.
std::vector<std::string> names(const Members& members, std::string_view, std::string_view typed) {
    return typed.empty() ? std::vector<std::string>() : members.like(typed);
}

/// The first parameter is a setting.
std::vector<std::string> setting_names(const Members& members, std::string_view before,
                                       std::string_view typed) {
    if (!before.empty()) return names(members, before, typed);
    std::vector<std::string> found;
    for (const auto& setting : settings())
        if (setting.name.starts_with(typed)) found.emplace_back(setting.name);
    return found;
}

constexpr std::array table = {
    Command{"help", "", "this list", help, names},
    Command{"who", "", "who is here", who, names},
    Command{"whois", "NAME", "what is known of one", whois, names},
    Command{"me", "ACTION", "say what you do: /me waves", me, names},
    Command{"msg", "NAME text", "whisper to one member; nobody else gets it", msg, names},
    Command{"reply", "text", "whisper to who whispered to you last", reply, names},
    Command{"nick", "NAME", "be called something else", nick, names},
    Command{"away", "[why]", "tell that you are away", away, names},
    Command{"back", "", "tell that you are back", back, names},
    Command{"topic", "", "what the room is about", topic, names},
    Command{"history", "NAME|TEXT", "show what was said by NAME, or with TEXT in it", history, names},
    Command{"search", "[TEXT]", "look for TEXT in what is on the screen", search, names},
    Command{"mentions", "", "who has mentioned you", mentions, names},
    Command{"ignore", "[NAME]", "hear NAME no more, or again", ignore, names},
    Command{"bell", "off|mention|all", "what rings the bell", set_bell, names},
    Command{"set", "[NAME VALUE]", "change a setting, and keep it; without a name: list them", set_one,
            setting_names},
    Command{"time", "", "what time it is here", tell_time, names},
    Command{"retry", "", "send the last line that was NOT SENT again", retry, names},
    Command{"clear", "", "empty the screen", clear, names},
    Command{"quit", "", "leave the room", quit, names},
};

} // namespace

std::span<const Command> commands() {
    return table;
}

Outcome interpret(std::string_view line, const Context& context) {
    if (!line.starts_with('/') || line.starts_with("//"))
        return say(line.substr(line.starts_with("//") ? 1 : 0));
    auto rest = line.substr(1);
    const auto word = take_word(rest);
    const auto found = text::look_up(table, word);
    if (found.entry != nullptr) return found.entry->carry_out(context, rest);
    const auto typed = text::escaped(word);
    return Answer{{found.near ? tr("no command '/{0}'; did you mean '/{1}'?", {typed, *found.near})
                              : tr("no command '/{0}'; /help lists them, and //{0} says it", {typed})}};
}

std::vector<std::string> complete_parameter(const Members& members, std::string_view before,
                                            std::string_view typed) {
    auto rest = before.substr(1);
    const auto* command = text::look_up(table, take_word(rest)).entry;
    return (command == nullptr ? names : command->complete)(members, rest, typed);
}

} // namespace chat
