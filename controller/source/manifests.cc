#include "controller/source/manifests.h"

#include <utility>

#include "controller/source/manifest_folder.h"

namespace breakwater::source {
namespace {

std::set<Scope> all_kinds() {
    std::set<Scope> out;
    for (std::size_t i = 0; i < kube::kKinds; ++i) out.insert({static_cast<kube::Kind>(i), {}, {}});
    return out;
}

}  // namespace

Manifests::Manifests(std::string directory)
    : directory_(std::move(directory)), store_(all_kinds()) {}

Manifests::~Manifests() { stop(); }

std::expected<void, std::string> Manifests::start(Listener& listener) {
    auto watch = ManifestWatch::open(directory_);
    if (!watch) return std::unexpected(watch.error());
    watch_.emplace(std::move(*watch));
    store_.tell(listener);
    thread_ = std::jthread([this] { run(); });
    return {};
}

void Manifests::stop() {
    if (!thread_.joinable()) return;
    watch_->wake();
    thread_.join();
}

void Manifests::run() {
    ManifestFolder folder(directory_);
    store_.apply(folder.scan());
    while (true) {
        switch (watch_->wait()) {
            case ManifestWatch::Event::woken: return;
            case ManifestWatch::Event::nothing: break;
            case ManifestWatch::Event::some_changed:
                store_.apply(folder.scan(watch_->take_names()));
                break;
            case ManifestWatch::Event::all_changed: store_.apply(folder.scan()); break;
        }
    }
}

}  // namespace breakwater::source
