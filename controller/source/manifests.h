#pragma once
// A directory of manifests as a source: the objects that a cluster would have, as files, no cluster.
//
// Watched: a change takes effect at once. A file that cannot be understood costs only itself: its last
// good version stays in force, and one log line names file and line. Without creation times all
// Ingresses are of one age, so that conflicts are decided by name alone, in reverse: stable, whatever
// order the files are read in.

#include <optional>
#include <string>
#include <thread>

#include "controller/source/manifest_watch.h"
#include "controller/source/source.h"
#include "controller/source/store.h"

namespace breakwater::source {

class Manifests final : public Source {
public:
    explicit Manifests(std::string directory);
    ~Manifests() override;

    [[nodiscard]] std::expected<void, std::string> start(Listener& listener) override;
    void stop() override;
    [[nodiscard]] Snapshot snapshot() const override { return store_.snapshot(); }

private:
    void run();

    std::string directory_;
    Store store_;
    std::optional<ManifestWatch> watch_;
    std::jthread thread_;
};

}  // namespace breakwater::source
