#pragma once
// What an API server's list and watch say, from bytes to typed objects.
//
// A watch is a stream of JSON documents, one on a line:
// https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
//
// Pure. A value of one thread.

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "controller/kube/expected.h"
#include "controller/kube/objects.h"
#include "controller/kube/trouble.h"

namespace breakwater::kube {

/// Cuts a stream into lines, wherever the reads end.
class LineSplitter {
public:
    explicit LineSplitter(std::size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

    /// Calls `on_line(std::string_view)` for each line that is complete, until one returns false.
    /// Empty lines are passed over.
    /// @return false where a call did, or a line grew above the bound.
    template <class OnLine>
    bool feed(std::string_view bytes, OnLine on_line) {
        for (;;) {
            const std::size_t end = bytes.find('\n');
            if (end == std::string_view::npos) break;
            std::string_view line = bytes.substr(0, end);
            bytes.remove_prefix(end + 1);
            if (!begun_.empty()) line = begun_.append(line);
            if (line.size() > max_line_bytes_) return false;
            if (!line.empty() && !on_line(line)) return false;
            begun_.clear();
        }
        begun_.append(bytes);
        return begun_.size() <= max_line_bytes_;
    }

private:
    std::size_t max_line_bytes_;
    std::string begun_;
};

/// One event of a watch.
struct Event {
    struct Removed {
        ObjectId id;
    };
    struct Bookmark {};
    std::variant<Object, Removed, Broken, Bookmark> what;
    std::string version;  ///< where a watch goes on; never empty
};

/// Whether an object is of use. Asked before it is parsed.
using Wants = std::function<bool(const Key&)>;

/// @param wants  empty: all are. An event of one that is not is a Bookmark.
/// @error garbled: not JSON, no version, no name, a type of event that there is not; else what an
///        ERROR event says.
[[nodiscard]] std::expected<Event, Trouble> read_event(Kind kind, std::string_view line,
                                                       const Wants& wants = {});

/// One page of a list.
struct Page {
    std::vector<Object> objects;
    std::vector<Broken> broken;
    std::string version;  ///< where a watch begins; never empty
    std::string go_on;    ///< the token of the next page; empty: this is the last
};

/// @param wants  empty: all are. One that is not is let go as soon as its text was read, and is not on the page.
/// @error says what is not as a list has to be.
[[nodiscard]] Expected<Page> read_page(Kind kind, std::string_view text, const Wants& wants = {});

}  // namespace breakwater::kube
