// SPDX-License-Identifier: MIT
#include "chat/model/model.hpp"
#include "chat/translate.hpp"

#include "common/base/overloaded.hpp"
#include "common/session/crypto.hpp"

#include <utility>

namespace chat {
namespace {

/// The time of an event; it may be older than `received`, if the user was away.
WallTime time_of(const wire::Event& event, WallTime received) {
    return event.time >= WallTime(std::chrono::seconds(1)) ? event.time : received;
}

std::string string_of(const text::Name& name) {
    return std::string(name.view());
}

std::string with_reason(const std::string& words, const text::Text& reason) {
    return reason.empty() ? words : tr("{0}: {1}", {words, std::string(reason.view())});
}

std::string in_words(const wire::AwaySet& away, bool is_own) {
    if (is_own) return away.is_away ? tr("you are away") : tr("you are back");
    const auto who = string_of(away.name);
    return away.is_away ? tr("{0} is away", {who}) : tr("{0} is back", {who});
}

std::string in_words(const wire::Renamed& renamed, bool is_own) {
    const auto now = string_of(renamed.new_name);
    return is_own ? tr("you are now called {0}", {now})
                  : tr("{0} is now called {1}", {string_of(renamed.name), now});
}

} // namespace

void Model::apply(const LinkEvent& event, WallTime time) {
    std::visit([&](const auto& what) { handle(what, time); }, event);
}

// ---- the connection

void Model::handle(const Online& online, WallTime time) {
    if (online.resumed_at) scrollback.resume(*online.resumed_at, online.head);
    if (connection.is_offline()) add(Line::Kind::local, "--", tr("the host is back"), time);
    connection.state = Connection::State::online;
    if (!connection.is_encrypted) members.meet(members.own_name);
}

void Model::handle(const Refused& refused, WallTime time) {
    connection.state = Connection::State::closed;
    add(Line::Kind::host, "!host", refused.why, time);
}

void Model::handle(const Unanswered&, WallTime) {
    connection.state = Connection::State::closed;
}

void Model::handle(const Offline& offline, WallTime time) {
    connection.handle(offline);
    members.typists.clear();
    // A session goes on where it was; a classic host may have forgotten everybody.
    if (!connection.is_encrypted) members.clear();
    add(Line::Kind::local, "--", tr("the host is gone; what you type is kept and sent when it is back"),
        time);
}

void Model::handle(const Closed& closed, WallTime time) {
    connection.state = Connection::State::closed;
    members.clear();
    members.typists.clear();
    scrollback.give_up_waiting();
    // Why, the host has said.
    if (closed.by_host) add(Line::Kind::local, "--", tr("you are no longer in the room"), time);
}

void Model::handle(const RoundTrip& measured, WallTime) {
    connection.round_trip = measured.time;
}

void Model::handle(const RoomKnown& known, WallTime) {
    connection.handle(known);
}

void Model::handle(const HostUnknown&, WallTime) {
    connection.state = Connection::State::closed;
}

void Model::handle(const HostKeyChanged& changed, WallTime time) {
    connection.state = Connection::State::closed;
    add(Line::Kind::host, "!host",
        tr("another host answers there now, with the key {0} instead of {1}", {changed.met, changed.known}),
        time);
}

void Model::handle(const PasswordRefused&, WallTime time) {
    connection.state = Connection::State::closed;
    add(Line::Kind::host, "!host", tr("the room's key is another one now: join again"), time);
}

void Model::handle(const Notice& notice, WallTime time) {
    const bool is_of_host = notice.from == Notice::From::host;
    add(is_of_host ? Line::Kind::host : Line::Kind::notice, is_of_host ? "!host" : "*", notice.text, time);
}

// ---- one's own lines

void Model::handle(const LineSent& sent, WallTime) {
    scrollback.resolve(sent.id, Line::Delivery::none);
}

void Model::handle(const LineRefused& refused, WallTime time) {
    scrollback.resolve(refused.id, Line::Delivery::not_sent);
    add(Line::Kind::host, "!host", refused.why, time);
}

void Model::handle(const LineKept& kept, WallTime time) {
    add_own(kept.id, kept.command, time);
}

bool Model::add_own(LineId id, const wire::Command& command, WallTime time) {
    Line line;
    if (const auto* say = std::get_if<wire::Say>(&command)) {
        line.text = say->text.view();
        if (say->is_action) line.manner = Line::Manner::acted;
    } else if (const auto* whisper = std::get_if<wire::Whisper>(&command)) {
        line.text = whisper->text.view();
        line.to = whisper->to.view();
        line.manner = Line::Manner::whispered;
    } else {
        return false;
    }
    line.kind = Line::Kind::own;
    line.time = time;
    line.name = members.own_name;
    line.id = id;
    scrollback.add_own(std::move(line));
    return true;
}

void Model::add_local(std::string_view text, WallTime time) {
    scrollback.anchor.reset(); // the user has just asked for it
    add(Line::Kind::local, "--", std::string(text), time);
}

void Model::add_warning(std::string text, WallTime time) {
    add(Line::Kind::warning, "!chat", std::move(text), time);
}

// ---- who is here

void Model::handle(const Named& named, WallTime time) {
    members.own_name = named.name;
    if (!named.wanted.empty())
        add(Line::Kind::local, "--",
            tr("you are still {0} here; /nick {1} changes that", {named.name, named.wanted}), time);
}

void Model::handle(const RosterKnown& known, WallTime time) {
    members.handle(known);
    for (const auto& entry : known.roster.entries) check_key(entry.name, time);
}

void Model::handle(const PresenceKnown& known, WallTime) {
    members.handle(known);
}

void Model::handle(const TypingKnown& typing, WallTime) {
    members.typists = typing.names;
}

void Model::check_key(const text::Name& who, WallTime time) {
    const auto found = members.roster().find(string_of(who));
    if (!connection.is_encrypted || found == members.roster().end() || who.view() == members.own_name) return;
    const auto& [shown, status] = *found;
    if (!status.key && !status.is_classic) return;
    const auto warn = [&](std::string words) { add(Line::Kind::warning, "!key", std::move(words), time); };
    switch (known_names.meet(who, status.key, std::chrono::system_clock::to_time_t(time))) {
    case KnownNames::Verdict::as_before: return;
    case KnownNames::Verdict::was_own:
        return warn(tr("{0} was you; another key, {1}, has the name now",
                       {shown, session::fingerprint(*status.key)}));
    case KnownNames::Verdict::no_key:
        return warn(tr("{0} had a key before, and has none now: it may be somebody else", {shown}));
    case KnownNames::Verdict::key_again:
        return warn(tr("{0} has the key {1} again: two take turns under this name",
                       {shown, session::fingerprint(*status.key)}));
    case KnownNames::Verdict::other_key: break;
    }
    const auto before = known_names.find(who)->before;
    warn(before ? tr("{0} has another key than before, {1} and not {2}: it may be somebody else",
                     {shown, session::fingerprint(*status.key), session::fingerprint(*before)})
                : tr("{0} looks like a name that is known here with another key: it may be somebody else",
                     {shown}));
}

// ---- what happens in the room

void Model::handle(const RoomEvent& what, WallTime time) {
    if (what.is_logged()) scrollback.note_event(what.event.sequence);
    if (what.is_history)
        scrollback.add_heading(tr("history: what was said before you came"), time_of(what.event, time));
    const bool is_news = !members.has_seen(what);
    members.handle(what);
    show(what, time);
    if (!is_news) return;
    if (const auto* joined = std::get_if<wire::Joined>(&what.event.what)) check_key(joined->name, time);
    if (const auto* renamed = std::get_if<wire::Renamed>(&what.event.what))
        check_key(renamed->new_name, time);
}

void Model::show(const RoomEvent& what, WallTime received) {
    const auto time = time_of(what.event, received);
    const auto line = [&](std::string who, std::string words) {
        add(Line::Kind::notice, std::move(who), std::move(words), time);
    };
    const auto say = [&] {
        if (auto said = what.is_own ? std::nullopt : line_of(what.event, received))
            add(std::move(*said), what.event.sequence);
    };
    const auto come_or_go = [&](bool has_joined, const text::Name& who, std::string words) {
        // A line of the user's own is an earlier run's.
        if (what.is_history || members.is_own(what.event, who)) return;
        if (!what.detail.empty()) words += " " + what.detail;
        scrollback.add_crowd(has_joined, std::move(words), time);
    };
    std::visit(Overloaded{
                   [&](const wire::Joined& joined) {
                       come_or_go(true, joined.name, tr("{0} joined", {string_of(joined.name)}));
                   },
                   [&](const wire::Left& left) {
                       come_or_go(false, left.name, tr("{0} left", {string_of(left.name)}));
                   },
                   [&](const wire::Renamed& renamed) { line("--", in_words(renamed, what.is_own)); },
                   [&](const wire::AwaySet& away) {
                       line("--", with_reason(in_words(away, what.is_own), away.reason));
                   },
                   [&](const wire::TopicSet& set) {
                       line("--", set.text.empty()
                                      ? tr("the topic is gone")
                                      : tr("the topic is now: {0}", {std::string(set.text.view())}));
                   },
                   [&](const wire::Kicked& kicked) {
                       line("<--", with_reason(tr("{0} was removed by admin", {string_of(kicked.name)}),
                                               kicked.reason));
                   },
                   [&](const wire::Said&) { say(); },
                   [&](const wire::Whispered&) { say(); },
                   [&](const wire::Shouted&) { say(); },
               },
               what.event.what);
}

std::optional<Line> Model::line_of(const wire::Event& event, WallTime received) const {
    Line line;
    line.time = time_of(event, received);
    line.kind = Line::Kind::said;
    if (const auto* said = std::get_if<wire::Said>(&event.what)) {
        if (members.is_own(event, said->name)) line.kind = Line::Kind::own;
        line.name = said->name.view();
        line.text = said->text.view();
        if (said->is_action) line.manner = Line::Manner::acted;
        line.is_mention = line.kind == Line::Kind::said && members.are_spoken_of(said->text.view());
    } else if (const auto* whispered = std::get_if<wire::Whispered>(&event.what)) {
        if (members.is_own(event, whispered->name)) line.kind = Line::Kind::own;
        line.name = whispered->name.view();
        line.is_mention = line.kind == Line::Kind::said;
        line.manner = Line::Manner::whispered;
        line.to = whispered->to.view();
        line.text = whispered->text.view();
    } else if (const auto* shout = std::get_if<wire::Shouted>(&event.what)) {
        line.kind = Line::Kind::admin;
        line.name = "!admin";
        line.text = shout->text.view();
    } else {
        return std::nullopt;
    }
    return line;
}

// ---- what was looked for

void Model::handle(const SearchResults& found, WallTime time) {
    scrollback.is_looking = false;
    if (!found.needle.empty()) return show_results(found, time);
    std::vector<Scrollback::Older> older;
    for (const auto& event : found.lines) older.push_back({event.sequence, line_of(event, time)});
    scrollback.add_older(std::move(older), found.is_all,
                         found.is_all ? tr("nothing older is kept") : tr("history"), time);
}

void Model::show_results(const SearchResults& found, WallTime time) {
    if (found.lines.empty())
        return add_local(tr("nothing with \"{0}\" was said, as far as the host keeps it", {found.needle}),
                         time);
    add_local(tr("what was said with \"{0}\":", {found.needle}), time);
    for (const auto& event : found.lines)
        if (auto line = line_of(event, time)) add(std::move(*line));
    const auto count = std::to_string(found.lines.size());
    add_local(found.is_all ? tr("{0} found, that is all", {count})
                           : tr("{0} found, the newest; there are older ones", {count}),
              time);
}

// ---- lines

void Model::add(Line::Kind kind, std::string who, std::string text, WallTime time) {
    add(Line::made(kind, std::move(who), std::move(text), time));
}

void Model::add(Line line, wire::Sequence event) {
    const bool is_said = line.kind == Line::Kind::said || line.kind == Line::Kind::admin;
    if (is_said && ignored.contains(line.name)) return;
    if (line.kind == Line::Kind::said) members.note_speaker(line.name);
    scrollback.add(std::move(line), event);
}

} // namespace chat
