// SPDX-License-Identifier: MIT
// The commands that the host has not resolved. They are numbered, so that the host accepts each once however
// often it comes, and they are sent again until their results are here.
#pragma once

#include "chat/link/link.hpp"
#include "chat/link/link_messages.hpp"
#include "common/session/fragments.hpp"
#include "common/session/packet_builder.hpp"
#include "common/wire/bytes.hpp"
#include "common/wire/frame.hpp"

#include <deque>

namespace chat {

class Outbox {
  public:
    /// A command is sent only if all that are so many numbers before it are resolved: the host keeps no more
    /// results.
    static constexpr std::uint64_t max_unresolved = 32;
    /// The kind of its session::SentItem.
    static constexpr std::uint8_t item_kind = 0;

    /// `id` tells it from other outboxes of the same key.
    explicit Outbox(std::uint64_t id, LinkMessages messages = {})
        : messages_(std::move(messages))
        , id_(id) {}

    std::uint64_t id() const { return id_; }
    bool is_empty() const { return unresolved_.empty(); }
    /// How many commands are not resolved.
    std::size_t size() const { return unresolved_.size(); }
    /// How many typed lines are not resolved.
    std::size_t line_count() const;

    void add(LineId id, const wire::Command& command);
    /// A session begins: everything is sent anew, with numbers that the host's log has not had. Tells of
    /// lines of an earlier run, and of lines of which nobody knows whether they were said.
    std::vector<LinkEvent> begin_session(const wire::WelcomeFrame& welcome, bool is_same_log);
    /// Tells whether a line was said, once its last part has a result.
    std::optional<LinkEvent> resolve(const wire::ResultFrame& result);

    /// `item` is of item_kind.
    void handle_acknowledged(const session::SentItem& item);
    void handle_lost(const session::SentItem& item);
    /// Whether there is something to send.
    bool is_owing() const;
    /// Adds the frames that fit.
    void write(session::PacketBuilder& packet);

    /// Writes the commands that are not resolved, for the next run.
    void write(wire::Writer& writer) const;
    /// Puts the commands that an earlier run wrote, of the outbox `id`, before those of this run. If there
    /// are none, the outbox stays a new one. False, with nothing changed, if the bytes are not whole.
    bool restore(std::uint64_t id, wire::Reader& reader);

  private:
    struct Command {
        LineId id = 0;
        bool is_last_part = true; ///< a line that is too long for one command has several
        std::uint64_t number = 0;
        std::string bytes;
        bool is_sent = false; ///< perhaps: the log may know it by its number, from this run or an earlier one
        bool is_told = true;  ///< the user has been told of it
        session::Fragmenter parts; ///< of the encoded command; nothing to send until it may be under way
    };

    Command* find(std::uint64_t number);
    void number_anew(std::uint64_t last_command, bool is_same_log, std::vector<LinkEvent>& events);
    /// Lets all commands go out that may be under way.
    void add_commands();

    LinkMessages messages_;
    std::uint64_t id_;
    std::uint64_t next_number_ = 1;
    std::deque<Command> unresolved_;  ///< as many as were typed
    std::uint64_t pending_until_ = 0; ///< the newest number that may be under way
};

} // namespace chat
