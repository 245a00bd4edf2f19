// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace test {

/// A directory of one's own, gone with its owner.
struct TemporaryDirectory {
    TemporaryDirectory() { REQUIRE(mkdtemp(path.data()) != nullptr); }
    ~TemporaryDirectory() {
        // A program that was told to end may still be tidying up in it.
        std::error_code error;
        for (int tries = 0; tries < 100; ++tries) {
            std::filesystem::remove_all(path, error);
            if (!error) return;
        }
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    std::filesystem::path file(const char* name) const { return std::filesystem::path(path) / name; }

    std::string path = "/tmp/chat-test-XXXXXX";
};

} // namespace test
