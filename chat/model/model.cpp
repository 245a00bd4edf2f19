// SPDX-License-Identifier: MIT
#include "chat/model/model.hpp"
#include "chat/translate.hpp"

#include "common/base/overloaded.hpp"
#include "common/session/crypto.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace chat {

namespace {

/// When it happened; what was missed is older than `received`.
std::tm time_of(const wire::Event& event, const std::tm& received) {
    const auto seconds = std::chrono::system_clock::to_time_t(event.time);
    std::tm time = received;
    if (seconds > 0) localtime_r(&seconds, &time);
    return time;
}

Line made(Line::Kind kind, std::string who, std::string text, const std::tm& time) {
    Line line;
    line.kind = kind;
    line.time = time;
    line.name = std::move(who);
    line.text = std::move(text);
    return line;
}

std::size_t size_of(const Line& line) {
    return sizeof(Line) + line.name.size() + line.text.size() + line.to.size();
}

} // namespace

void Model::apply(const LinkEvent& event, const std::tm& time) {
    const auto line = [&](Line::Kind kind, std::string who, std::string text) {
        add(kind, std::move(who), std::move(text), time);
    };
    std::visit(Overloaded{
                   [&](const Online& online) {
                       if (online.resumed_at) {
                           oldest_ = online.resumed_at;
                           unread_until_ = online.head;
                           is_mark_due_ = true;
                       }
                       if (connection == Connection::offline)
                           line(Line::Kind::local, "--", tr("the host is back"));
                       connection = Connection::online;
                       if (!is_encrypted) meet(name);
                   },
                   [&](const Refused& refused) {
                       connection = Connection::closed;
                       line(Line::Kind::host, "!host", refused.why);
                   },
                   [&](const Unanswered&) { connection = Connection::closed; },
                   [&](const Offline& offline) {
                       connection = Connection::offline;
                       silence = offline.silence;
                       typists.clear();
                       // A session goes on where it was; a classic host may have forgotten everybody.
                       if (!is_encrypted) roster_.clear();
                       line(Line::Kind::local, "--",
                            tr("the host is gone; what you type is kept and sent when it is back"));
                   },
                   [&](const LineSent& sent) { resolve(sent.id, Line::Delivery::none); },
                   [&](const LineRefused& refused) {
                       resolve(refused.id, Line::Delivery::not_sent);
                       line(Line::Kind::host, "!host", refused.why);
                   },
                   [&](const RoundTrip& measured) { round_trip = measured.time; },
                   [&](const RoomKnown& known) {
                       is_encrypted = true;
                       room = known.room;
                       if (!known.host.empty() && host.find(known.host) == std::string::npos)
                           host = known.host + " " + host;
                       has_password = known.has_password;
                   },
                   [&](const HostUnknown&) { connection = Connection::closed; },
                   [&](const HostKeyChanged& changed) {
                       connection = Connection::closed;
                       line(Line::Kind::host, "!host",
                            tr("another host answers there now, with the key {0} instead of {1}",
                               {changed.met, changed.known}));
                   },
                   [&](const PasswordRefused&) {
                       connection = Connection::closed;
                       line(Line::Kind::host, "!host", tr("the room's key is another one now: join again"));
                   },
                   [&](const Named& named) { name = named.name; },
                   [&](const RosterKnown& known) {
                       is_roster_whole = true;
                       roster_as_of_ = known.as_of;
                       topic = known.roster.topic.view();
                       roster_.clear();
                       for (const auto& entry : known.roster.entries) {
                           meet(std::string(entry.name.view()),
                                {entry.is_classic, entry.is_away, entry.is_unreachable, entry.fingerprint});
                           if (entry.name.view() == name) is_away = entry.is_away;
                       }
                       for (const auto& entry : known.roster.entries) check_key(entry.name, time);
                   },
                   [&](const PresenceKnown& known) {
                       const auto found = roster_.find(known.name);
                       if (found != roster_.end()) found->second.is_unreachable = known.is_unreachable;
                   },
                   [&](const TypingKnown& typing) { typists = typing.names; },
                   [&](const RoomEvent& what) { apply_event(what, time); },
                   [&](const LineKept& kept) { add_own(kept.id, kept.command, time); },
                   [&](const SearchResults& found) { apply_search_results(found, time); },
                   [&](const Closed& closed) {
                       connection = Connection::closed;
                       roster_.clear();
                       typists.clear();
                       for (auto& l : lines_)
                           if (l.delivery == Line::Delivery::sending) l.delivery = Line::Delivery::not_sent;
                       if (closed.by_host)
                           line(Line::Kind::local, "--", tr("the host has closed the room or removed you"));
                   },
                   [&](const Notice& notice) {
                       if (notice.from == Notice::From::host)
                           line(Line::Kind::host, "!host", notice.text);
                       else
                           line(Line::Kind::notice, "*", notice.text);
                   },
               },
               event);
}

void Model::apply_event(const RoomEvent& what, const std::tm& received) {
    const auto time = time_of(what.event, received);
    const bool was_looked_at = is_looked_at_;
    if (what.is_logged()) {
        oldest_ = std::min(oldest_.value_or(what.event.sequence), what.event.sequence);
        newest_ = std::max(newest_, what.event.sequence);
        if (what.event.sequence <= unread_until_) is_looked_at_ = false;
    }
    const bool is_in_roster = what.is_logged() && what.event.sequence <= roster_as_of_;
    if (what.is_history && heading_ == 0) {
        add(Line::Kind::notice, "*", tr("history: what was said before you came"), time);
        heading_ = lines_.back().number;
    }
    const auto text = [](const auto& view) { return std::string(view.view()); };
    const auto line = [&](Line::Kind kind, std::string who, std::string words) {
        add(kind, std::move(who), std::move(words), time);
    };
    const auto with_reason = [&](const std::string& words, const text::Text& reason) {
        return words + (reason.empty() ? "" : ": ") + text(reason);
    };
    if (!is_in_roster) change_roster(what);
    std::visit(Overloaded{
                   [&](const wire::Joined& joined) {
                       const auto who = text(joined.name);
                       const bool is_own = is_ours(what, joined.name);
                       if (!what.is_history && !is_own) add_crowd(true, tr("{0} joined", {who}), time);
                   },
                   [&](const wire::Left& left) {
                       const bool is_own = is_ours(what, left.name); // an earlier run's
                       if (!what.is_history && !is_own)
                           add_crowd(false,
                                     tr("{0} left", {text(left.name)}) + (what.detail.empty() ? "" : " ") +
                                         what.detail,
                                     time);
                   },
                   [&](const wire::Said&) {
                       if (auto said = line_of(what.event, received); said && !what.is_own)
                           add(std::move(*said));
                   },
                   [&](const wire::Whispered& whispered) {
                       if (what.is_own) return;
                       if (whispered.name.view() != name) last_whisperer = text(whispered.name);
                       if (auto said = line_of(what.event, received)) add(std::move(*said));
                   },
                   [&](const wire::Renamed& renamed) {
                       if (last_whisperer == renamed.name.view()) last_whisperer = text(renamed.new_name);
                       line(Line::Kind::notice, "--",
                            what.is_own
                                ? tr("you are now called {0}", {text(renamed.new_name)})
                                : tr("{0} is now called {1}", {text(renamed.name), text(renamed.new_name)}));
                   },
                   [&](const wire::AwaySet& away) {
                       const auto who = text(away.name);
                       const auto words = what.is_own
                                              ? (away.is_away ? tr("you are away") : tr("you are back"))
                                          : away.is_away ? tr("{0} is away", {who})
                                                         : tr("{0} is back", {who});
                       line(Line::Kind::notice, "--", with_reason(words, away.reason));
                   },
                   [&](const wire::TopicSet& set) {
                       line(Line::Kind::notice, "--",
                            set.text.empty() ? tr("the topic is gone")
                                             : tr("the topic is now: {0}", {text(set.text)}));
                   },
                   [&](const wire::Shouted&) {
                       if (auto said = line_of(what.event, received)) add(std::move(*said));
                   },
                   [&](const wire::Kicked& kicked) {
                       line(Line::Kind::notice, "<--",
                            with_reason(tr("{0} was removed by admin", {text(kicked.name)}), kicked.reason));
                   },
               },
               what.event.what);
    if (!is_in_roster) {
        if (const auto* joined = std::get_if<wire::Joined>(&what.event.what))
            check_key(joined->name, received);
        if (const auto* renamed = std::get_if<wire::Renamed>(&what.event.what))
            check_key(renamed->new_name, received);
    }
    is_looked_at_ = was_looked_at;
}

bool Model::is_ours(const RoomEvent& what, const text::Name& who) const {
    return what.is_logged() && who.view() == name;
}

std::optional<Line> Model::line_of(const wire::Event& event, const std::tm& received) const {
    Line line;
    line.time = time_of(event, received);
    line.kind = Line::Kind::said;
    const auto is_own = [&](const text::Name& who) { return event.sequence != 0 && who.view() == name; };
    if (const auto* said = std::get_if<wire::Said>(&event.what)) {
        if (is_own(said->name)) line.kind = Line::Kind::own;
        line.name = said->name.view();
        line.text = said->text.view();
        if (said->is_action) line.manner = Line::Manner::acted;
        line.is_mention = line.kind == Line::Kind::said && mentions_user(said->text.view());
    } else if (const auto* whispered = std::get_if<wire::Whispered>(&event.what)) {
        if (is_own(whispered->name)) line.kind = Line::Kind::own;
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

void Model::apply_search_results(const SearchResults& found, const std::tm& time) {
    is_looking = false;
    if (!found.needle.empty()) {
        anchor.reset(); // it answers what was just typed
        add(Line::Kind::local, "--",
            found.lines.empty()
                ? tr("nothing with \"{0}\" was said, as far as the host keeps it", {found.needle})
                : tr("what was said with \"{0}\":", {found.needle}),
            time);
        for (const auto& event : found.lines)
            if (auto line = line_of(event, time)) add(std::move(*line));
        if (!found.lines.empty())
            add(Line::Kind::local, "--",
                found.is_all
                    ? tr("{0} found, that is all", {std::to_string(found.lines.size())})
                    : tr("{0} found, the newest; there are older ones", {std::to_string(found.lines.size())}),
                time);
        return;
    }
    erase(heading_);
    for (auto event = found.lines.rbegin(); event != found.lines.rend(); ++event) {
        if (is_full()) break;
        if (auto line = line_of(*event, time)) prepend(std::move(*line));
        oldest_ = event->sequence;
    }
    has_all_ = found.is_all || is_full();
    const auto when = lines_.empty() ? time : lines_.front().time;
    prepend(made(Line::Kind::notice, "*", found.is_all ? tr("nothing older is kept") : tr("history"), when));
    heading_ = first_number_;
}

bool Model::add_own(LineId id, const wire::Command& command, const std::tm& time) {
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
    line.name = name;
    line.id = id;
    line.delivery = Line::Delivery::sending;
    ++waiting_;
    anchor.reset(); // one wants to see what one says
    is_mark_due_ = false;
    unread_ = 0;
    add(std::move(line));
    return true;
}

void Model::add_local(std::string_view text, const std::tm& time) {
    anchor.reset(); // it answers what was just typed
    add(Line::Kind::local, "--", std::string(text), time);
}

void Model::clear() {
    // Lines on their way stay, or their fate could not be told.
    std::erase_if(lines_, [](const Line& line) { return line.delivery != Line::Delivery::sending; });
    size_ = 0;
    for (const auto& line : lines_) size_ += size_of(line);
    has_all_ = false;
    mark_ = heading_ = 0;
    if (oldest_) oldest_ = newest_ + 1; // scrolling up gets it back
    anchor.reset();
}

std::optional<LineId> Model::drain_not_sent() {
    const auto found = std::find_if(lines_.rbegin(), lines_.rend(), [](const Line& line) {
        return line.delivery == Line::Delivery::not_sent;
    });
    if (found == lines_.rend()) return std::nullopt;
    const auto id = found->id;
    erase(std::next(found).base());
    return id;
}

void Model::look(bool does) {
    if (does) unread_ = 0;
    if (!does && is_looked_at_) is_mark_due_ = true; // the mark goes to where one stopped looking
    is_looked_at_ = does;
}

std::uint64_t Model::spoke(const std::string& who) const {
    const auto found = spoke_.find(who);
    return found == spoke_.end() ? 0 : found->second;
}

std::size_t Model::index_of(std::uint64_t number) const {
    const auto found = std::lower_bound(lines_.begin(), lines_.end(), number,
                                        [](const Line& line, std::uint64_t n) { return line.number < n; });
    return static_cast<std::size_t>(found - lines_.begin());
}

void Model::erase(std::uint64_t number) {
    const auto index = index_of(number);
    if (index < lines_.size() && lines_[index].number == number)
        erase(lines_.begin() + static_cast<std::ptrdiff_t>(index));
}

void Model::erase(const std::deque<Line>::iterator& line) {
    size_ -= size_of(*line);
    lines_.erase(line);
}

bool Model::mentions_user(std::string_view text) const {
    const auto is_part_of_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
    };
    const auto wanted = text::folded(name);
    const auto in = text::folded(text);
    if (wanted.empty()) return false;
    for (auto at = in.find(wanted); at != std::string::npos; at = in.find(wanted, at + 1)) {
        const auto end = at + wanted.size();
        // East Asian text has no spaces around a name.
        const bool is_ascii = (wanted.front() & 0x80) == 0;
        if (!is_ascii ||
            ((at == 0 || !is_part_of_word(in[at - 1])) && (end == in.size() || !is_part_of_word(in[end]))))
            return true;
    }
    return false;
}

void Model::add_crowd(bool has_joined, const std::string& words, const std::tm& time) {
    const bool is_burst = gathers_crowds && !lines_.empty() && lines_.back().kind == Line::Kind::crowd &&
                          lines_.back().time.tm_yday == time.tm_yday;
    if (!is_burst) return add(Line::Kind::crowd, has_joined ? "-->" : "<--", words, time);
    ++(has_joined ? lines_.back().more_joined : lines_.back().more_left);
}

void Model::mark_unread(const std::tm& time) {
    if (mark_ != 0) erase(mark_);
    auto mark = made(Line::Kind::unread, "", "", time);
    mark.number = mark_ = next_number_++;
    size_ += size_of(mark);
    lines_.push_back(std::move(mark));
    marked_ = 0;
}

std::uint64_t Model::new_below() const {
    return anchor && !lines_.empty() ? lines_.back().number - anchor->newest : 0;
}

void Model::resolve(LineId id, Line::Delivery delivery) {
    // The youngest lines are the ones on their way. What shows no line has none.
    const auto found = std::find_if(lines_.rbegin(), lines_.rend(), [&](const Line& line) {
        return line.id == id && line.delivery == Line::Delivery::sending;
    });
    if (found == lines_.rend()) return;
    found->delivery = delivery;
    --waiting_;
}

void Model::add(Line::Kind kind, std::string who, std::string text, const std::tm& time) {
    add(made(kind, std::move(who), std::move(text), time));
}

void Model::add(Line line) {
    const bool is_said = line.kind == Line::Kind::said || line.kind == Line::Kind::admin;
    if (is_said && ignored.contains(line.name)) return;
    if (is_said && !is_looked_at_) {
        if (std::exchange(is_mark_due_, false)) mark_unread(line.time);
        ++unread_;
        ++marked_;
    }
    if (line.kind == Line::Kind::said) {
        if (spoke_.size() >= max_roster) spoke_.clear();
        spoke_[line.name] = next_number_;
    }
    line.number = next_number_++;
    size_ += size_of(line);
    lines_.push_back(std::move(line));
    while (lines_.size() > max_lines || size_ > max_size) {
        erase(lines_.begin());
        has_all_ = true; // there is no room for more
    }
}

void Model::prepend(Line line) {
    line.number = --first_number_;
    size_ += size_of(line);
    lines_.push_front(std::move(line));
}

void Model::change_roster(const RoomEvent& what) {
    std::visit(
        Overloaded{
            [&](const wire::Joined& joined) {
                meet(std::string(joined.name.view()), {joined.is_classic, false, false, joined.fingerprint});
            },
            [&](const wire::Left& left) { forget(std::string(left.name.view())); },
            [&](const wire::Kicked& kicked) { forget(std::string(kicked.name.view())); },
            [&](const wire::Renamed& renamed) {
                const auto found = roster_.find(std::string(renamed.name.view()));
                const auto presence = found == roster_.end() ? MemberStatus() : found->second;
                forget(std::string(renamed.name.view()));
                meet(std::string(renamed.new_name.view()), presence);
            },
            [&](const wire::AwaySet& away) {
                if (const auto found = roster_.find(std::string(away.name.view())); found != roster_.end())
                    found->second.is_away = away.is_away;
                if (what.is_own) is_away = away.is_away;
            },
            [&](const wire::TopicSet& set) { topic = set.text.view(); },
            [&](const wire::Said& said) {
                // A host that keeps no log tells no roster: who speaks is here.
                if (!what.is_logged()) meet(std::string(said.name.view()));
            },
            [](const auto&) {},
        },
        what.event.what);
}

void Model::meet(const std::string& who, MemberStatus presence) {
    if (roster_.size() < max_roster) roster_.emplace(who, presence);
}

void Model::check_key(const text::Name& who, const std::tm& time) {
    const auto found = roster_.find(std::string(who.view()));
    if (!is_encrypted || found == roster_.end() || who.view() == name) return;
    const auto& presence = found->second;
    if (!presence.key && !presence.is_classic) return;
    auto parts = time;
    const auto& shown = found->first;
    const auto warn = [&](std::string words) { add(Line::Kind::warning, "!key", std::move(words), time); };
    switch (known_names.meet(who, presence.key, std::mktime(&parts))) {
    case KnownNames::Verdict::as_before: return;
    case KnownNames::Verdict::no_key:
        return warn(tr("{0} had a key before, and has none now: it may be somebody else", {shown}));
    case KnownNames::Verdict::key_again:
        return warn(tr("{0} has the key {1} again: two take turns under this name",
                       {shown, session::fingerprint(*presence.key)}));
    case KnownNames::Verdict::other_key: break;
    }
    const auto before = known_names.find(who)->before;
    warn(before ? tr("{0} has another key than before, {1} and not {2}: it may be somebody else",
                     {shown, session::fingerprint(*presence.key), session::fingerprint(*before)})
                : tr("{0} looks like a name that is known here with another key: it may be somebody else",
                     {shown}));
}

void Model::forget(const std::string& who) {
    roster_.erase(who);
}

} // namespace chat
