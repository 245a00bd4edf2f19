// SPDX-License-Identifier: MIT
#include "common/app/line_buffer.hpp"

#include <doctest/doctest.h>

TEST_CASE("a stream comes apart into lines wherever its reads end") {
    LineBuffer buffer;
    buffer.append("one\ntw");
    CHECK(buffer.take_line() == "one");
    CHECK_FALSE(buffer.take_line());
    buffer.append("o\n\nlast");
    CHECK(buffer.take_line() == "two");
    CHECK(buffer.take_line() == "");
    CHECK_FALSE(buffer.take_line());
    CHECK(buffer.take_rest() == "last");
    CHECK_FALSE(buffer.take_rest());
}

TEST_CASE("a line without an end comes in parts") {
    LineBuffer buffer;
    buffer.append(std::string(LineBuffer::max_line + 10, 'x'));
    CHECK(buffer.take_line()->size() == LineBuffer::max_line);
    CHECK_FALSE(buffer.take_line());
    buffer.append("\n");
    CHECK(buffer.take_line()->size() == 10);
}
