// SPDX-License-Identifier: MIT
#include "chat/model.hpp"

#include "common/overloaded.hpp"

#include <algorithm>

namespace chat {

namespace classic = wire::classic;

void Model::apply(const LinkEvent& event, const std::tm& time) {
    const auto line = [&](Line::Kind kind, std::string who, std::string text) {
        add(kind, std::move(who), std::move(text), time);
    };
    std::visit(Overloaded{
                   [&](const Online&) {
                       if (connection == Connection::offline)
                           line(Line::Kind::local, "--", "the host is back");
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
                            "the host is gone; what you type is kept and sent when it is back");
                   },
                   [&](const LineSent& sent) { settle(sent.id, Line::Delivery::none); },
                   [&](const LineRefused& refused) {
                       settle(refused.id, Line::Delivery::not_sent);
                       line(Line::Kind::host, "!host", refused.why);
                   },
                   [&](const RoundTrip& measured) { round_trip = measured.time; },
                   [&](const RoomKnown& known) {
                       is_encrypted = true;
                       room = known.room;
                       has_key = known.has_key;
                   },
                   [&](const HostUnknown&) { connection = Connection::closed; },
                   [&](const HostKeyChanged& changed) {
                       connection = Connection::closed;
                       line(Line::Kind::host, "!host",
                            "another host answers there now, with the key " + changed.met + " instead of " +
                                changed.known);
                   },
                   [&](const KeyRefused&) {
                       connection = Connection::closed;
                       line(Line::Kind::host, "!host", "the room's key is another one now: join again");
                   },
                   [&](const Named& named) { name = named.name; },
                   [&](const RosterKnown& known) {
                       is_roster_whole = true;
                       topic = known.roster.topic.view();
                       roster_.clear();
                       for (const auto& entry : known.roster.entries)
                           meet(std::string(entry.name.view()),
                                {entry.is_classic, entry.is_away, entry.is_unreachable});
                   },
                   [&](const PresenceKnown& known) {
                       // Of somebody who has left by now it says nothing.
                       const auto found = roster_.find(std::string(known.entry.name.view()));
                       if (found != roster_.end()) found->second.is_unreachable = known.entry.is_unreachable;
                   },
                   [&](const TypingKnown& typing) { typists = typing.names; },
                   [&](const RoomEvent& what) { apply_event(what, time); },
                   [&](const Closed& closed) {
                       connection = Connection::closed;
                       roster_.clear();
                       typists.clear();
                       for (auto& l : lines_)
                           if (l.delivery == Line::Delivery::sending) l.delivery = Line::Delivery::not_sent;
                       if (closed.by_host)
                           line(Line::Kind::local, "--", "the host has closed the room or removed you");
                   },
                   [&](const classic::JoinNotice& notice) {
                       meet(notice.name);
                       line(Line::Kind::notice, "-->", notice.name + " joined");
                   },
                   [&](const classic::LeaveNotice& notice) {
                       forget(notice.name);
                       line(Line::Kind::notice, "<--",
                            notice.name + " left" + (notice.detail.empty() ? "" : " ") + notice.detail);
                   },
                   [&](const classic::ChatLine& chat) {
                       meet(chat.name);
                       line(Line::Kind::said, chat.name, chat.text);
                   },
                   [&](const classic::AdminLine& shout) { line(Line::Kind::admin, "!admin", shout.text); },
                   [&](const classic::HostLine& word) { line(Line::Kind::host, "!host", word.text); },
                   [&](const classic::OtherLine& other) { line(Line::Kind::notice, "*", other.text); },
               },
               event);
}

void Model::apply_event(const RoomEvent& what, const std::tm& time) {
    const auto text = [](const auto& view) { return std::string(view.view()); };
    const auto line = [&](Line::Kind kind, std::string who, std::string words) {
        add(kind, std::move(who), std::move(words), time);
    };
    const auto with_reason = [&](const std::string& words, const text::Text& reason) {
        return words + (reason.empty() ? "" : ": ") + text(reason);
    };
    std::visit(Overloaded{
                   [&](const wire::Joined& joined) {
                       const auto who = text(joined.name);
                       meet(who, {joined.is_classic, false, false});
                       if (who != name) line(Line::Kind::notice, "-->", who + " joined");
                   },
                   [&](const wire::Left& left) {
                       forget(text(left.name));
                       line(Line::Kind::notice, "<--", text(left.name) + " left");
                   },
                   [&](const wire::Said& said) {
                       if (what.is_own) return;
                       line(Line::Kind::said, text(said.name),
                            (said.is_action ? "* " : "") + text(said.text));
                   },
                   [&](const wire::Whispered& whispered) {
                       if (what.is_own) return;
                       last_whisperer = text(whispered.name);
                       line(Line::Kind::said, last_whisperer, "[to you] " + text(whispered.text));
                   },
                   [&](const wire::Renamed& renamed) {
                       const auto found = roster_.find(text(renamed.name));
                       const auto presence = found == roster_.end() ? Presence() : found->second;
                       forget(text(renamed.name));
                       meet(text(renamed.new_name), presence);
                       if (last_whisperer == renamed.name.view()) last_whisperer = text(renamed.new_name);
                       line(Line::Kind::notice, "--",
                            what.is_own ? "you are now called " + text(renamed.new_name)
                                        : text(renamed.name) + " is now called " + text(renamed.new_name));
                   },
                   [&](const wire::AwaySet& away) {
                       if (const auto found = roster_.find(text(away.name)); found != roster_.end())
                           found->second.is_away = away.is_away;
                       if (what.is_own) is_away = away.is_away;
                       const auto who = what.is_own ? std::string("you are") : text(away.name) + " is";
                       line(Line::Kind::notice, "--",
                            with_reason(who + (away.is_away ? " away" : " back"), away.reason));
                   },
                   [&](const wire::TopicSet& set) {
                       topic = set.text.view();
                       line(Line::Kind::notice, "--",
                            topic.empty() ? "the topic is gone" : "the topic is now: " + topic);
                   },
                   [&](const wire::Shouted& shout) { line(Line::Kind::admin, "!admin", text(shout.text)); },
                   [&](const wire::Kicked& kicked) {
                       forget(text(kicked.name));
                       line(Line::Kind::notice, "<--",
                            with_reason(text(kicked.name) + " was removed by admin", kicked.reason));
                   },
               },
               what.event.what);
}

void Model::add_own(LineId id, std::string_view text, const std::tm& time) {
    Line line;
    line.kind = Line::Kind::own;
    line.time = time;
    line.name = name;
    line.text = text;
    line.id = id;
    line.delivery = Line::Delivery::sending;
    ++waiting_;
    anchor.reset(); // one wants to see what one says
    add(std::move(line));
}

void Model::add_local(std::string_view text, const std::tm& time) {
    anchor.reset(); // it answers what was just typed
    add(Line::Kind::local, "--", std::string(text), time);
}

void Model::clear() {
    // Lines on their way stay, or their fate could not be told.
    std::erase_if(lines_, [](const Line& line) { return line.delivery != Line::Delivery::sending; });
    anchor.reset();
}

std::uint64_t Model::new_below() const {
    return anchor && !lines_.empty() ? lines_.back().number - anchor->newest : 0;
}

void Model::settle(LineId id, Line::Delivery delivery) {
    // The youngest lines are the ones on their way. What shows no line has none.
    const auto found = std::find_if(lines_.rbegin(), lines_.rend(), [&](const Line& line) {
        return line.id == id && line.delivery == Line::Delivery::sending;
    });
    if (found == lines_.rend()) return;
    found->delivery = delivery;
    --waiting_;
}

void Model::add(Line::Kind kind, std::string who, std::string text, const std::tm& time) {
    Line line;
    line.kind = kind;
    line.time = time;
    line.name = std::move(who);
    line.text = std::move(text);
    add(std::move(line));
}

void Model::add(Line line) {
    line.number = next_number_++;
    lines_.push_back(std::move(line));
    if (lines_.size() > max_lines) lines_.pop_front();
}

void Model::meet(const std::string& who, Presence presence) {
    if (roster_.size() < max_roster) roster_.emplace(who, presence);
}

void Model::forget(const std::string& who) {
    roster_.erase(who);
}

} // namespace chat
