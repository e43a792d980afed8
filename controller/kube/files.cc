#include "controller/kube/files.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace breakwater::kube {
namespace {
constexpr std::size_t kMaxFileBytes = 1 << 20;
}

Expected<std::string> read_file(const std::filesystem::path& path) {
    const auto failed = [&path](std::string_view reason) {
        return because(path.string().append(" cannot be read: ").append(reason));
    };
    const auto close = [](std::FILE* open) { std::fclose(open); };
    const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rbe"));
    if (!file) return failed(std::generic_category().message(errno));
    std::string out;
    char block[16384];
    for (;;) {
        const std::size_t got = std::fread(block, 1, sizeof block, file.get());
        out.append(block, got);
        if (out.size() > kMaxFileBytes) return failed("it is larger than 1 MiB");
        if (got == sizeof block) continue;
        if (std::ferror(file.get())) return failed(std::generic_category().message(errno));
        return out;
    }
}

}  // namespace breakwater::kube
