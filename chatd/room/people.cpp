// SPDX-License-Identifier: MIT
#include "chatd/room/people.hpp"

#include "common/wire/fields.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace chatd {
namespace {

using namespace std::chrono_literals;

// A name is kept for a key that was here under it for so long, or that spoke on so many days. A passer-by
// does neither.
constexpr auto enough_stay = 10min;
constexpr unsigned enough_days = 2;

const std::string& key_of(const People::HeldName& held) {
    return held.name.keys().front();
}

bool has_kept_name(const People::Person& person) {
    return std::any_of(person.names.begin(), person.names.end(),
                       [](const auto& held) { return held.is_kept; });
}

} // namespace

/// Takes a person out of the lists while it is changed.
class People::Change {
  public:
    Change(People& people, const wire::MemberId& id)
        : people_(people)
        , id_(id)
        , person(people.people_.at(id)) {
        people_.unlist(id_, person);
    }
    ~Change() { people_.list(id_, person); }
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

  private:
    People& people_;
    const wire::MemberId id_;

  public:
    Person& person;
};

void People::list(const wire::MemberId& id, const Person& person) {
    if (!person.is_present) absent_.emplace(has_kept_name(person), person.touched, id);
    for (const auto& held : person.names) {
        if (!held.is_kept) continue;
        by_stay_.emplace(held.stay, id, key_of(held));
        by_end_.emplace(held.since, id, key_of(held));
        for (const auto& key : held.name.keys()) keepers_[key] = id;
    }
}

void People::unlist(const wire::MemberId& id, const Person& person) {
    absent_.erase({has_kept_name(person), person.touched, id});
    for (const auto& held : person.names) {
        if (!held.is_kept) continue;
        by_stay_.erase({held.stay, id, key_of(held)});
        by_end_.erase({held.since, id, key_of(held)});
        for (const auto& key : held.name.keys()) keepers_.erase(key);
    }
}

// ---- time

void People::advance(WallTime now) {
    now_ = now;
    while (!by_end_.empty() && now_ - std::get<WallTime>(*by_end_.begin()) >= names_for_) {
        const auto [since, id, key] = *by_end_.begin();
        drop_name(id, key);
    }
}

void People::set_names_for(std::chrono::seconds duration) {
    names_for_ = duration;
    advance(now_);
}

// ---- coming and going

void People::enter(const wire::MemberId& id, const text::Name& name, wire::Sequence sequence) {
    record(id);
    Change change(*this, id);
    auto& person = change.person;
    if (person.first_join == 0) person.first_join = sequence;
    person.is_present = true;
    begin_stay(person, name);
}

void People::rename(const wire::MemberId& id, const text::Name& name) {
    {
        Change change(*this, id);
        end_stay(change.person);
        begin_stay(change.person, name);
    }
    trim_kept();
}

void People::leave(const wire::MemberId& id, wire::Sequence sequence) {
    {
        Change change(*this, id);
        end_stay(change.person);
        change.person.is_present = false;
        change.person.touched = sequence;
    }
    trim_kept();
}

void People::note_speech(const wire::MemberId& id) {
    // It has this name at present, so the name is in none of the lists.
    auto& held = people_.at(id).names.back();
    const auto day = std::chrono::floor<std::chrono::days>(now_).time_since_epoch().count();
    if (std::exchange(held.last_day, day) != day) held.days = std::min(held.days + 1, enough_days);
}

void People::end_stay(Person& person) {
    auto& held = person.names.back();
    if (held.since > WallTime{}) held.stay += now_ - held.since;
    held.since = now_;
    held.is_kept = names_for_ > 0s && (held.stay >= enough_stay || held.days >= enough_days);
}

void People::begin_stay(Person& person, const text::Name& name) {
    auto& names = person.names;
    HeldName held{name};
    const auto known = std::find_if(names.begin(), names.end(),
                                    [&](const auto& other) { return key_of(other) == key_of(held); });
    if (known != names.end()) {
        held = std::move(*known);
        held.name = name; // in its present spelling
        names.erase(known);
    } else if (names.size() == max_names) {
        names.erase(std::min_element(names.begin(), names.end(), [](const auto& a, const auto& b) {
            return std::tie(a.is_kept, a.stay) < std::tie(b.is_kept, b.stay);
        }));
    }
    held.since = now_;
    held.is_kept = false;
    names.push_back(std::move(held));
}

// ---- outboxes

People::Outbox& People::open_outbox(const wire::MemberId& id, std::uint64_t outbox, wire::Sequence sequence) {
    auto& person = record(id);
    if (person.is_present)
        person.touched = sequence; // this puts it into no list
    else
        Change(*this, id).person.touched = sequence;
    auto& outboxes = person.outboxes;
    const auto known =
        std::find_if(outboxes.begin(), outboxes.end(), [&](const auto& other) { return other.id == outbox; });
    if (known != outboxes.end()) {
        std::rotate(known, known + 1, outboxes.end());
    } else {
        if (outboxes.size() == max_outboxes) outboxes.erase(outboxes.begin());
        outboxes.push_back({outbox, 0, {}});
    }
    return outboxes.back();
}

// ---- bounds

People::Person& People::record(const wire::MemberId& id) {
    if (const auto found = people_.find(id); found != people_.end()) return found->second;
    make_room();
    auto& person = people_[id];
    list(id, person);
    return person;
}

void People::make_room() {
    while (people_.size() >= max_people && !absent_.empty()) {
        const auto id = std::get<wire::MemberId>(*absent_.begin());
        const auto found = people_.find(id);
        unlist(id, found->second);
        people_.erase(found);
    }
}

void People::drop_name(const wire::MemberId& id, const std::string& key) {
    Change change(*this, id);
    std::erase_if(change.person.names, [&](const auto& held) { return held.is_kept && key_of(held) == key; });
}

void People::trim_kept() {
    while (by_stay_.size() > max_kept) {
        const auto [stay, id, key] = *by_stay_.begin();
        drop_name(id, key);
    }
}

// ---- who has what

const People::Person* People::find(const wire::MemberId& id) const {
    const auto found = people_.find(id);
    return found == people_.end() ? nullptr : &found->second;
}

std::optional<wire::MemberId> People::keeper_of(const text::Name& name) const {
    for (const auto& key : name.keys())
        if (const auto found = keepers_.find(key); found != keepers_.end()) return found->second;
    return std::nullopt;
}

bool People::is_kept_from(const wire::MemberId& id, const text::Name& name, WallTime when) const {
    return std::any_of(name.keys().begin(), name.keys().end(), [&](const auto& key) {
        const auto found = keepers_.find(key);
        if (found == keepers_.end() || found->second == id) return false;
        const auto& names = people_.at(found->second).names;
        return std::any_of(names.begin(), names.end(), [&](const auto& held) {
            return held.is_kept && held.name.is_like(name) && when - held.since < names_for_;
        });
    });
}

std::vector<People::Kept> People::kept(std::size_t most) const {
    std::vector<Kept> found;
    for (auto next = by_end_.rbegin(); next != by_end_.rend() && found.size() < most; ++next) {
        const auto& [since, id, key] = *next;
        for (const auto& held : people_.at(id).names)
            if (held.is_kept && key_of(held) == key) found.push_back({held.name, id, since + names_for_});
    }
    return found;
}

bool People::free(const text::Name& name) {
    bool is_freed = false;
    while (const auto keeper = keeper_of(name)) {
        Change change(*this, *keeper);
        std::erase_if(change.person.names,
                      [&](const auto& held) { return held.is_kept && held.name.is_like(name); });
        is_freed = true;
    }
    return is_freed;
}

std::size_t People::memory() const {
    // Of a tree or a hash table; each kept name is in four of them, by its keys, its stay and its end.
    constexpr std::size_t node = 64;
    std::size_t bytes = people_.size() * (sizeof(Person) + node) + by_stay_.size() * 4 * 2 * node;
    for (const auto& [id, person] : people_) {
        bytes += person.names.capacity() * sizeof(HeldName) + person.outboxes.capacity() * sizeof(Outbox);
        for (const auto& outbox : person.outboxes) bytes += outbox.resolved.capacity() * sizeof(Resolved);
    }
    return bytes;
}

// ---- as bytes

namespace {

void write_resolved(wire::Writer& writer, const People::Outbox& outbox) {
    writer.varint(outbox.resolved.size());
    for (const auto& resolved : outbox.resolved) {
        writer.varint(resolved.number);
        writer.varint(resolved.sequence);
        writer.u8(resolved.refusal ? static_cast<std::uint8_t>(1 + static_cast<int>(*resolved.refusal)) : 0);
    }
}

void read_resolved(wire::Reader& reader, People::Outbox& outbox) {
    for (auto count = reader.varint(); count > 0 && reader.is_ok(); --count) {
        People::Resolved resolved{reader.varint(), reader.varint(), std::nullopt};
        const auto refusal = reader.u8();
        if (refusal > 1 + static_cast<int>(wire::Refusal::Reason::not_understood)) reader.fail();
        if (refusal > 0) resolved.refusal = static_cast<wire::Refusal::Reason>(refusal - 1);
        outbox.resolved.push_back(resolved);
    }
    if (outbox.resolved.size() > People::max_resolved) reader.fail();
}

std::int64_t read_number(wire::Reader& reader) {
    return static_cast<std::int64_t>(reader.varint());
}

constexpr std::uint8_t present_flag = 1;
constexpr std::uint8_t kept_flag = 1;

} // namespace

void People::save(wire::Writer& writer) const {
    writer.varint(static_cast<std::uint64_t>(names_for_.count()));
    // In one order, so that the same people are the same bytes.
    std::vector<const decltype(people_)::value_type*> sorted;
    sorted.reserve(people_.size());
    for (const auto& entry : people_) sorted.push_back(&entry);
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
    writer.varint(sorted.size());
    for (const auto* entry : sorted) {
        const auto& [id, person] = *entry;
        wire::write_id(writer, id);
        writer.u8(person.is_present ? present_flag : 0);
        writer.varint(person.first_join);
        writer.varint(person.touched);
        writer.varint(person.names.size());
        for (const auto& held : person.names) {
            writer.string(held.name.view());
            writer.u8(held.is_kept ? kept_flag : 0);
            writer.varint(static_cast<std::uint64_t>(held.stay.count()));
            writer.varint(static_cast<std::uint64_t>(held.since.time_since_epoch().count()));
            writer.varint(static_cast<std::uint64_t>(held.last_day + 1));
            writer.u8(static_cast<std::uint8_t>(held.days));
        }
        writer.varint(person.outboxes.size());
        for (const auto& outbox : person.outboxes) {
            writer.u64(outbox.id);
            writer.varint(outbox.last);
            write_resolved(writer, outbox);
        }
    }
}

void People::load(wire::Reader& reader, WallTime now) {
    now_ = now;
    names_for_ = std::chrono::seconds(read_number(reader));
    if (names_for_ > wire::max_names_for) reader.fail();
    for (auto count = reader.varint(); count > 0 && reader.is_ok(); --count) {
        const auto id = wire::read_id(reader);
        Person person;
        person.is_present = (reader.u8() & present_flag) != 0;
        person.first_join = reader.varint();
        person.touched = reader.varint();
        for (auto names = reader.varint(); names > 0 && reader.is_ok(); --names) {
            const auto name = text::Name::recorded(reader.string());
            if (!name) return reader.fail();
            HeldName held{*name};
            held.is_kept = (reader.u8() & kept_flag) != 0;
            held.stay = std::chrono::milliseconds(read_number(reader));
            held.since = WallTime(std::chrono::milliseconds(read_number(reader)));
            held.last_day = read_number(reader) - 1;
            held.days = reader.u8();
            if (held.since > now_ || held.days > enough_days) reader.fail();
            person.names.push_back(std::move(held));
        }
        for (auto outboxes = reader.varint(); outboxes > 0 && reader.is_ok(); --outboxes) {
            Outbox outbox;
            outbox.id = reader.u64();
            outbox.last = reader.varint();
            read_resolved(reader, outbox);
            person.outboxes.push_back(std::move(outbox));
        }
        if (person.names.size() > max_names || person.outboxes.size() > max_outboxes ||
            (person.is_present && (person.names.empty() || person.names.back().is_kept)))
            reader.fail();
        const auto [added, is_new] = people_.emplace(id, std::move(person));
        if (!is_new) return reader.fail();
        list(id, added->second);
    }
}

void People::load_outboxes(wire::Reader& reader) {
    std::map<wire::Sequence, std::pair<wire::MemberId, Outbox>> by_use;
    for (auto count = reader.varint(); count > 0 && reader.is_ok(); --count) {
        const auto id = wire::read_id(reader);
        Outbox outbox;
        outbox.id = reader.u64();
        outbox.last = reader.varint();
        const auto touched = reader.varint();
        read_resolved(reader, outbox);
        by_use.insert_or_assign(touched, std::pair(id, std::move(outbox)));
    }
    if (!reader.is_ok()) return;
    for (auto& [touched, used] : by_use) {
        auto& [id, outbox] = used;
        // All that is known is that it was there before.
        record(id).first_join = 1;
        open_outbox(id, outbox.id, touched) = std::move(outbox);
    }
}

} // namespace chatd
