#include "controller/kube/reflector.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace breakwater::kube {
namespace {

using Cause = Trouble::Cause;

/// A watch may be cut, and its version may expire; that no watch ever works is worth a word.
constexpr int kInterruptedInARow = 3;

std::unexpected<Trouble> failed(Cause cause, std::string text) {
    return std::unexpected(Trouble{cause, std::move(text)});
}

Request get(std::string target, Duration time_limit) {
    Request request;
    request.target = std::move(target);
    request.time_limit = time_limit;
    return request;
}

template <class T>
void append(std::vector<T>& to, std::vector<T> from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

/// Turns the bytes of a watch into events, until one is none.
class Reflector::WatchReader : public BodyReader {
public:
    explicit WatchReader(Reflector& reflector) : reflector_(reflector) {}

    void on_ok() override { reflector_.complaints_.answered(reflector_.who_); }

    bool on_bytes(std::string_view bytes) override {
        const bool fed =
            lines_.feed(bytes, [this](std::string_view line) { return on_line(line); });
        if (!fed && !trouble)
            trouble = Trouble{Cause::garbled, "a line of the watch is too long", {}};
        return fed;
    }

    std::optional<Trouble> trouble;

private:
    bool on_line(std::string_view line) {
        auto event = read_event(reflector_.target_.kind, line, reflector_.wants_);
        if (!event) {
            trouble = std::move(event.error());
            return false;
        }
        reflector_.take_event(*std::move(event));
        return true;
    }

    Reflector& reflector_;
    LineSplitter lines_{kMaxLineBytes};
};

Reflector::Reflector(Target target, Credentials& credentials, Complaints& complaints, Sink& sink,
                     const Pace& pace, std::uint64_t seed)
    : target_(std::move(target)),
      who_(target_.to_string()),
      complaints_(complaints),
      sink_(sink),
      pace_(pace),
      backoff_(pace, seed),
      session_(credentials) {}

void Reflector::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        Step step = version_.empty() ? list(stop) : watch(stop);
        if (step || stop.stop_requested()) continue;
        pause(stop, settle(std::move(step.error())));
    }
}

Reflector::Step Reflector::list(const std::stop_token& stop) {
    sink_.on_list_begins();
    std::vector<Object> objects;
    std::vector<Broken> broken;
    std::string go_on;
    for (std::size_t pages = 0; pages < kMaxPages; ++pages) {
        auto page = get_page(go_on, stop);
        if (!page) return std::unexpected(std::move(page.error()));
        append(objects, std::move(page->objects));
        append(broken, std::move(page->broken));
        go_on = std::move(page->go_on);
        if (!go_on.empty()) continue;

        version_ = std::move(page->version);
        listed_ = true;
        complaints_.answered(who_);
        sink_.on_list(target_, std::move(objects), std::move(broken));
        return {};
    }
    return failed(Cause::garbled, "the list has no end");
}

std::expected<Page, Trouble> Reflector::get_page(std::string_view go_on,
                                                 const std::stop_token& stop) {
    BoundedBody page_text(kMaxPageBytes);
    const auto response = session_.ask(
        get(list_path(target_, page_objects_, go_on), pace_.list_time), page_text, stop);
    if (!response) return std::unexpected(response.error());
    if (response->end == Response::End::enough) {
        if (page_objects_ == 1) return failed(Cause::garbled, "one object is larger than a page");
        page_objects_ = std::max<std::size_t>(1, page_objects_ / 4);
        return failed(Cause::cut, "a page was too large: the next has fewer objects");
    }
    if (!response->succeeded()) {
        return std::unexpected(trouble_of(*response, target_.right_to("list")));
    }
    auto page = read_page(target_.kind, page_text.text(), wants_);
    if (!page) return failed(Cause::garbled, std::move(page.error()));
    return *std::move(page);
}

Reflector::Step Reflector::watch(const std::stop_token& stop) {
    const std::chrono::seconds asked = backoff_.between(pace_.least_watch, pace_.most_watch);
    WatchReader reader(*this);
    const Time began = system_clock().now();
    Request what = get(watch_path(target_, version_, asked), asked + pace_.watch_grace);
    what.stall_limit = pace_.stall;
    const auto response = session_.ask(what, reader, stop);
    if (!response) return std::unexpected(response.error());
    if (reader.trouble) return std::unexpected(*std::move(reader.trouble));
    if (response->status != 200)
        return std::unexpected(trouble_of(*response, target_.right_to("watch")));
    const bool lived = system_clock().now() - began >= pace_.short_watch;
    return end_of_watch(*response, lived);
}

Reflector::Step Reflector::end_of_watch(const Response& response, bool lived) {
    if (response.end == Response::End::stalled) {
        version_.clear();
        return failed(Cause::cut, response.text);
    }
    if (lived) {
        backoff_.reset();
        interrupted_ = 0;
        complaints_.well(who_);
    }
    if (response.end != Response::End::complete) return failed(Cause::cut, response.text);
    if (!lived) return failed(Cause::cut, "a watch ended as soon as it began");
    return {};
}

void Reflector::take_event(Event event) {
    backoff_.reset();
    interrupted_ = 0;
    complaints_.well(who_);
    version_ = event.version;
    if (!std::holds_alternative<Event::Bookmark>(event.what)) sink_.on_event(std::move(event));
}

Duration Reflector::settle(Trouble trouble) {
    const bool expired = trouble.cause == Cause::expired;
    if (expired || trouble.cause == Cause::cut) {
        if (++interrupted_ >= kInterruptedInARow) trouble.cause = Cause::garbled;
    }
    if (!does_without(trouble)) complaints_.wrong(who_, trouble);
    if (expired || trouble.cause == Cause::garbled) version_.clear();
    // The server is there again after an outage: what happened meanwhile is to be read now.
    if (expired && interrupted_ < kInterruptedInARow) return Duration::zero();

    return backoff_.after(trouble);
}

bool Reflector::does_without(const Trouble& trouble) {
    if (trouble.cause != Cause::forbidden || !target_.optional || listed_) return false;
    if (!std::exchange(forbidden_, true)) sink_.on_forbidden(target_, trouble.text);
    return true;
}

}  // namespace breakwater::kube
