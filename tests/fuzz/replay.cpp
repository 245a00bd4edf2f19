// SPDX-License-Identifier: MIT
// Stands in for libFuzzer where the compiler has none: each file of the corpus, then mutations by a fixed
// seed.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

void mutate(std::string& bytes, std::mt19937& random) {
    const auto at = bytes.empty() ? 0 : random() % bytes.size();
    switch (random() % 4) {
    case 0: bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), static_cast<char>(random())); break;
    case 1:
        if (!bytes.empty()) bytes[at] = static_cast<char>(random());
        break;
    case 2:
        if (!bytes.empty()) bytes.erase(at, 1 + random() % 4);
        break;
    default: bytes += bytes.substr(at, random() % 16);
    }
}

} // namespace

int main(int argc, char* argv[]) {
    std::vector<std::string> corpus;
    if (argc != 3) {
        std::fputs("usage: fuzz_TARGET CORPUS MUTATIONS\n", stderr);
        return EXIT_FAILURE;
    }
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
        std::ifstream file(entry.path(), std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    if (corpus.empty()) {
        std::fprintf(stderr, "nothing is in %s\n", argv[1]);
        return EXIT_FAILURE;
    }
    for (const auto& bytes : corpus) run(bytes);
    std::mt19937 random(1);
    const int rounds = std::atoi(argv[2]);
    for (int round = 0; round < rounds; ++round) {
        auto bytes = corpus[random() % corpus.size()];
        for (auto count = 1 + random() % 8; count > 0; --count) mutate(bytes, random);
        run(bytes);
    }
    std::printf("%zu inputs and %d mutations\n", corpus.size(), rounds);
    return EXIT_SUCCESS;
}
