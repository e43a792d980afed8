#include "controller/loop.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "proxy/base/log.h"

namespace breakwater::controller {
namespace {

void log_finding(const table::Finding& finding) {
    const bool is_error = finding.severity == table::Severity::error;
    log::write(
        is_error ? log::Level::error : log::Level::warn, "finding",
        {{"object", finding.object.to_string()}, {"field", finding.field}, {"text", finding.text}});
}

/// Those that were not there before: each is said once, for as long as it stays.
void log_new(const table::Findings& now, const table::Findings& before) {
    table::Findings fresh;
    std::ranges::set_difference(now, before, std::back_inserter(fresh));
    std::ranges::for_each(fresh, log_finding);
}

}  // namespace

Loop::Loop(source::Source& from, translate::Options options, translate::Checks checks,
           Outlets outlets, const Clock& clock, LoopSettings settings)
    : source_(from),
      options_(std::move(options)),
      checks_(std::move(checks)),
      outlets_(std::move(outlets)),
      clock_(clock),
      settings_(settings),
      coalescer_(settings.quiet, settings.ceiling),
      findings_(std::make_shared<const table::Findings>()) {}

Loop::~Loop() { stop(); }

std::expected<void, std::string> Loop::start() {
    std::expected<void, std::string> started = source_.start(*this);
    if (started) thread_ = std::thread([this] { run(); });
    return started;
}

void Loop::stop() {
    const std::scoped_lock one(stop_mutex_);
    if (!thread_.joinable()) return;
    source_.stop();
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Loop::on_change() {
    {
        const std::scoped_lock lock(mutex_);
        coalescer_.change(clock_.now());
    }
    changed_.notify_all();
}

translate::Accepted Loop::accepted() const {
    const std::scoped_lock lock(mutex_);
    return accepted_;
}

void Loop::run() {
    while (wait()) turn();
}

bool Loop::wait() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const Deadline due = std::min(coalescer_.due(), recheck_);
        const Time now = clock_.now();
        if (due.passed(now)) {
            coalescer_.clear();
            return true;
        }
        if (due.is_never()) {
            changed_.wait(lock);
        } else {
            changed_.wait_for(lock, due.at() - now);
        }
    }
    return false;
}

void Loop::turn() {
    source::Snapshot snapshot = source_.snapshot();
    if (snapshot.extent == source::Extent::partial) return;  // what completes it is told, too
    const Time began = clock_.now();
    recheck_ = Deadline::after(began, settings_.recheck);

    Outcome outcome{.at = clock_.wall()};
    try {
        translate_and_publish(snapshot, outcome);
        outcome.successful = true;
    } catch (const std::exception& error) {
        log::error("table not made; the one before stays in force", {{"reason", error.what()}});
    }
    outcome.took = clock_.now() - began;
    if (snapshot.synced() && outlets_.outcome) outlets_.outcome(outcome);
}

translate::Translation Loop::translate_with_secrets(kube::Objects& objects) {
    const Deadline limit(clock_.now() + settings_.patience);
    while (true) {
        const translate::Input input{objects, accepted_, clock_.wall()};
        translate::Translation made =
            translate::translate(input, std::move(memory_), checks_, options_);
        memory_ = std::move(made.memory);
        {
            const std::scoped_lock lock(mutex_);
            accepted_ = made.accepted;
        }
        const Duration left = std::max(limit.at() - clock_.now(), Duration::zero());
        if (!source_.keep(made.secrets, left) || left == Duration::zero()) return made;
        // Of the same objects otherwise: new ones, which may look for others, would put this off without end.
        source::Snapshot now = source_.snapshot();
        objects.secrets = std::move(now.objects.secrets);
        objects.broken = std::move(now.objects.broken);
    }
}

void Loop::translate_and_publish(source::Snapshot& snapshot, Outcome& outcome) {
    translate::Translation made = translate_with_secrets(snapshot.objects);
    if (!snapshot.synced()) return;  // it has said which Secrets are of use
    if (!table_ || *made.table != *table_) {
        if (outlets_.publish) outlets_.publish(made.table);
        table_ = std::move(made.table);
        outcome.published = true;
    }
    tell(std::move(made.findings), outcome);
}

void Loop::tell(table::Findings findings, Outcome& outcome) {
    const auto errors =
        std::ranges::count(findings, table::Severity::error, &table::Finding::severity);
    outcome.errors = static_cast<std::size_t>(errors);
    outcome.warnings = findings.size() - outcome.errors;
    if (findings == *findings_) return;
    log_new(findings, *findings_);
    findings_ = std::make_shared<const table::Findings>(std::move(findings));
    if (outlets_.findings) outlets_.findings(findings_);
}

}  // namespace breakwater::controller
