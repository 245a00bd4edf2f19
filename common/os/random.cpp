// SPDX-License-Identifier: MIT
#include "common/os/random.hpp"

#include "common/base/ensure.hpp"

#include <sodium.h>

namespace os {

void SystemRandom::fill(void* bytes, std::size_t count) {
    ensure(sodium_init() >= 0, "libsodium works here");
    randombytes_buf(bytes, count);
}

} // namespace os
