// SPDX-License-Identifier: MIT
#include "chat/model.hpp"

#include "common/overloaded.hpp"

#include <algorithm>

namespace chat {

namespace classic = wire::classic;

void Model::apply(const LinkEvent& event, const std::tm& time) {
    const auto line = [&](Line::Kind kind, std::string who, std::string text) {
        Line made;
        made.kind = kind;
        made.time = time;
        made.name = std::move(who);
        made.text = std::move(text);
        add(std::move(made));
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
                   [&](const Offline&) {
                       connection = Connection::offline;
                       // A session goes on where it was; a classic host may have forgotten everybody.
                       if (!is_encrypted) roster_.clear();
                       line(Line::Kind::local, "--",
                            "the host is gone; what you type is kept and sent when it is back");
                   },
                   [&](const LineSent& sent) {
                       // The youngest lines are the ones on their way.
                       const auto found = std::find_if(lines_.rbegin(), lines_.rend(),
                                                       [&](const Line& l) { return l.id == sent.id; });
                       if (found != lines_.rend()) found->delivery = Line::Delivery::none;
                       if (waiting_ > 0) --waiting_;
                   },
                   [&](const LineRefused& refused) {
                       const auto found = std::find_if(lines_.rbegin(), lines_.rend(),
                                                       [&](const Line& l) { return l.id == refused.id; });
                       if (found != lines_.rend()) found->delivery = Line::Delivery::not_sent;
                       if (waiting_ > 0) --waiting_;
                       line(Line::Kind::host, "!host", refused.why);
                   },
                   [&](const RoomKnown& known) {
                       is_encrypted = true;
                       room = known.room;
                   },
                   [&](const HostKeyChanged&) { connection = Connection::closed; },
                   [&](const RosterKnown& known) {
                       is_roster_whole = true;
                       roster_.clear();
                       for (const auto& entry : known.entries)
                           meet(std::string(entry.name.view()), entry.is_classic);
                   },
                   [&](const RoomEvent& what) {
                       std::visit(Overloaded{
                                      [&](const wire::Joined& joined) {
                                          const auto who = std::string(joined.name.view());
                                          meet(who, joined.is_classic);
                                          if (who != name) line(Line::Kind::notice, "-->", who + " joined");
                                      },
                                      [&](const wire::Left& left) {
                                          const auto who = std::string(left.name.view());
                                          forget(who);
                                          line(Line::Kind::notice, "<--", who + " left");
                                      },
                                      [&](const wire::Said& said) {
                                          if (!what.is_own)
                                              line(Line::Kind::said, std::string(said.name.view()),
                                                   std::string(said.text.view()));
                                      },
                                      [&](const wire::Shouted& shout) {
                                          line(Line::Kind::admin, "!admin", std::string(shout.text.view()));
                                      },
                                      [&](const wire::Kicked& kicked) {
                                          const auto who = std::string(kicked.name.view());
                                          forget(who);
                                          line(Line::Kind::notice, "<--",
                                               who + " was removed by admin" +
                                                   (kicked.reason.empty() ? "" : ": ") +
                                                   std::string(kicked.reason.view()));
                                      },
                                  },
                                  what.event.what);
                   },
                   [&](const Closed& closed) {
                       connection = Connection::closed;
                       roster_.clear();
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
    Line line;
    line.kind = Line::Kind::local;
    line.time = time;
    line.name = "--";
    line.text = text;
    anchor.reset(); // it answers what was just typed
    add(std::move(line));
}

void Model::clear() {
    // Lines on their way stay, or their fate could not be told.
    std::erase_if(lines_, [](const Line& line) { return line.delivery != Line::Delivery::sending; });
    anchor.reset();
}

std::uint64_t Model::new_below() const {
    return anchor && !lines_.empty() ? lines_.back().number - anchor->newest : 0;
}

void Model::add(Line line) {
    line.number = next_number_++;
    lines_.push_back(std::move(line));
    if (lines_.size() > max_lines) lines_.pop_front();
}

void Model::meet(const std::string& who, bool is_classic) {
    if (roster_.size() < max_roster) roster_.emplace(who, is_classic);
}

void Model::forget(const std::string& who) {
    roster_.erase(who);
}

} // namespace chat
