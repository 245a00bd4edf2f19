// SPDX-License-Identifier: MIT
#include "chat/text/urls.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

TEST_CASE("web addresses are found without the sentence around them") {
    const auto urls = [](const std::string& text) {
        std::vector<std::string> found;
        for (const auto& [first, last] : chat::urls_in(text))
            found.push_back(text.substr(first, last - first));
        return found;
    };
    using Urls = std::vector<std::string>;
    CHECK(urls("see http://10.0.0.5/a.pdf, and https://b.example/x?y=1#z.") ==
          Urls{"http://10.0.0.5/a.pdf", "https://b.example/x?y=1#z"});
    CHECK(urls("(http://a.example/b_(c))") == Urls{"http://a.example/b_(c)"});
    CHECK(urls("<http://a.example> http://\u4f60 http:// https httpx://a") == Urls{"http://a.example"});
    CHECK(urls("http://a.example/\u202E\x1b]8;;") == Urls{"http://a.example/"});
    CHECK(urls("http://" + std::string(3000, 'a')).empty());
    CHECK(urls("http://http://a") == Urls{"http://http://a"});
}
