#include "controller/source/manifest_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "controller/source/manifest_file.h"
#include "proxy/base/check.h"
#include "proxy/base/log.h"

namespace breakwater::source {
namespace {

constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                  IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF |
                                  IN_ONLYDIR;
constexpr int kLookAgainMs = 1000;

}  // namespace

std::expected<ManifestWatch, std::string> ManifestWatch::open(std::string directory) {
    struct stat status{};
    if (::stat(directory.c_str(), &status) != 0) {
        return std::unexpected("the manifest directory " + directory +
                               " cannot be read: " + std::strerror(errno));
    }
    if (!S_ISDIR(status.st_mode)) return std::unexpected(directory + " is not a directory");
    const int inotify = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (inotify < 0) return std::unexpected(std::string("inotify: ") + std::strerror(errno));
    const int waker = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (waker < 0) {
        const int error = errno;
        ::close(inotify);
        return std::unexpected(std::string("eventfd: ") + std::strerror(error));
    }
    ManifestWatch watch(std::move(directory), inotify, waker);
    if (!watch.watch()) {
        return std::unexpected("the manifest directory " + watch.directory_ +
                               " cannot be watched: " + std::strerror(errno));
    }
    return watch;
}

ManifestWatch::ManifestWatch(std::string directory, int inotify, int waker)
    : directory_(std::move(directory)), inotify_(inotify), waker_(waker) {}

ManifestWatch::ManifestWatch(ManifestWatch&& other) noexcept
    : directory_(std::move(other.directory_)),
      inotify_(std::exchange(other.inotify_, -1)),
      waker_(std::exchange(other.waker_, -1)),
      watched_(other.watched_) {}

ManifestWatch::~ManifestWatch() {
    if (inotify_ >= 0) ::close(inotify_);
    if (waker_ >= 0) ::close(waker_);
}

bool ManifestWatch::watch() {
    watched_ = ::inotify_add_watch(inotify_, directory_.c_str(), kEvents);
    return watched_ >= 0;
}

ManifestWatch::Event ManifestWatch::wait() {
    std::array<pollfd, 2> fds{{{inotify_, POLLIN, 0}, {waker_, POLLIN, 0}}};
    const int ready = ::poll(fds.data(), fds.size(), watched_ < 0 ? kLookAgainMs : -1);
    if (ready < 0) {
        CHECK(errno == EINTR);
        return Event::nothing;
    }
    if (fds[1].revents != 0) {
        std::uint64_t count = 0;
        CHECK(::read(waker_, &count, sizeof(count)) == sizeof(count));
        return Event::woken;
    }
    if (fds[0].revents != 0) {
        return drain();
    }
    if (watched_ >= 0 || !watch()) return Event::nothing;
    log::info("manifest directory is back", {{"directory", directory_}});
    return Event::all_changed;
}

ManifestWatch::Event ManifestWatch::drain() {
    alignas(inotify_event) std::array<char, 16 * 1024> buffer;
    bool all = false;
    while (true) {
        const ssize_t size = ::read(inotify_, buffer.data(), buffer.size());
        if (size <= 0) break;
        for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
            inotify_event event;
            std::memcpy(&event, buffer.data() + at, sizeof(event));
            const char* const name = buffer.data() + at + sizeof(event);
            at += sizeof(event) + event.len;
            all |= !take(event, event.len == 0 ? "" : name);
        }
    }
    if (!all) return Event::some_changed;
    names_.clear();
    return Event::all_changed;
}

bool ManifestWatch::take(const inotify_event& event, std::string_view name) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) return false;
    if (event.wd != watched_) return true;  // of a directory that was here before
    if ((event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)) != 0) {
        ::inotify_rm_watch(inotify_, watched_);
        watched_ = -1;
        log::error("manifest directory is gone; what was read before stays in force",
                   {{"directory", directory_}});
        return false;
    }
    // What is no manifest may be a link that manifests lead through, as in a ConfigMap's volume.
    if (!is_manifest(name)) return false;
    names_.emplace(name);
    return true;
}

void ManifestWatch::wake() const {
    const std::uint64_t one = 1;
    CHECK(::write(waker_, &one, sizeof(one)) == sizeof(one));
}

}  // namespace breakwater::source
