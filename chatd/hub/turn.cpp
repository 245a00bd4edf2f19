// SPDX-License-Identifier: MIT
#include "chatd/hub/turn.hpp"

#include <utility>

namespace chatd {
namespace {

/// Hands the hub the log's news; false if no entry is among them.
bool accept_news(Hub& hub, const LogNews& news, Instant now) {
    hub.handle_log_state(news.first, news.fault, now);
    for (const auto& committed : news.committed) hub.handle_committed(committed, now);
    for (const auto& page : news.pages) hub.handle_page(page, now);
    return !news.committed.empty();
}

} // namespace

std::vector<Notice> run_turn(Hub& hub, RoomLog& log, Instant now, WallTime wall,
                             const std::function<void()>& transmit) {
    log.write({.as_of = LogTime{wall, now}});
    for (bool has_news = true; has_news;) {
        has_news = accept_news(hub, log.drain_news(), now);
        // In one batch, so that a member's path is saved with its join.
        LogBatch batch{.entries = hub.drain_entries(wall), .paths = hub.drain_paths()};
        if (batch.is_empty()) continue;
        has_news = has_news || !batch.entries.empty();
        log.write(std::move(batch));
    }
    log.write({.events = hub.drain_kept(), .snapshot = hub.take_snapshot()});
    transmit();
    hub.end_turn();
    for (auto& query : hub.drain_queries()) log.ask(std::move(query));
    return hub.drain_notices();
}

} // namespace chatd
