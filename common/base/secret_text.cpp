// SPDX-License-Identifier: MIT
#include "common/base/secret_text.hpp"

#include <sodium.h>

void wipe(void* bytes, std::size_t count) {
    sodium_memzero(bytes, count);
}
