#pragma once
// Tells which manifests in a directory may have changed, by inotify(7).
//
// Every way in which editors and volumes bring new content ends in an event of the directory: a write
// in place (when the writer closes), a rename over the name, a delete, and the `..data` link that a
// ConfigMap's volume swaps. A directory that goes away is looked for again every second.

#include <expected>
#include <set>
#include <string>
#include <string_view>
#include <utility>

struct inotify_event;

namespace breakwater::source {

/// wait() on one thread; wake() on any.
class ManifestWatch {
public:
    enum class Event { some_changed, all_changed, woken, nothing };

    /// @error one sentence: the directory is not there, is no directory, or cannot be watched.
    [[nodiscard]] static std::expected<ManifestWatch, std::string> open(std::string directory);

    ManifestWatch(ManifestWatch&& other) noexcept;
    ManifestWatch& operator=(ManifestWatch&&) = delete;
    ~ManifestWatch();

    /// Waits for the next change, for wake(), or for a second while the directory is not there.
    [[nodiscard]] Event wait();
    /// After `some_changed`: the names of those manifests.
    [[nodiscard]] std::set<std::string> take_names() { return std::exchange(names_, {}); }
    /// Ends the wait, the present one or the next.
    void wake() const;

private:
    ManifestWatch(std::string directory, int inotify, int waker);
    /// @return false where the directory cannot be watched, with errno saying why.
    bool watch();
    /// @return what the events say; their names are in `names_`
    Event drain();
    /// @return whether it concerns one manifest, which is in `names_` then
    bool take(const inotify_event& event, std::string_view name);

    std::string directory_;
    int inotify_;
    int waker_;
    int watched_ = -1;  ///< inotify's number of the directory; -1: it is not there
    std::set<std::string> names_;
};

}  // namespace breakwater::source
