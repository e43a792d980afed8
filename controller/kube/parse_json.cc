// parse_json(): by events and not by the library's parse() with a filter, which looks through all of a list
// again behind each of its elements, and cannot stop at a bound.

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "controller/kube/parse.h"

namespace breakwater::kube {
namespace {

using nlohmann::json;

class Builder final : public nlohmann::json_sax<json> {
public:
    Builder(const JsonBounds& bounds, const KeepItem& keep_item)
        : bounds_(bounds), keep_item_(keep_item) {}

    json take() { return std::move(root_); }

    bool null() override { return put(nullptr); }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(number_integer_t value) override { return put(value); }
    bool number_unsigned(number_unsigned_t value) override { return put(value); }
    bool number_float(number_float_t value, const string_t&) override { return put(value); }
    bool string(string_t& value) override { return put(std::move(value)); }
    bool binary(binary_t&) override { return false; }  // there is none in a text
    bool start_object(std::size_t) override { return open(json::object()); }
    bool start_array(std::size_t) override { return open(json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const json::exception&) override {
        return false;
    }

    bool key(string_t& name) override {
        if (skipped_ > 0) return true;
        if (open_.back().is_metadata && name == "managedFields") {
            skips_next_ = true;
        } else {
            name_ = std::move(name);
        }
        return true;
    }

private:
    struct Open {
        json* value;
        bool is_metadata;
        bool is_items;  ///< of the document
    };

    /// @return whether one more value is within the bounds
    bool count() {
        return ++values_ <= bounds_.values &&
               std::cmp_less_equal(open_.size() + skipped_, bounds_.depth);
    }
    json* add(json value) {
        if (open_.empty()) return &(root_ = std::move(value));
        json& into = *open_.back().value;
        if (!into.is_array()) return &(into[name_] = std::move(value));
        into.push_back(std::move(value));
        return &into.back();
    }
    bool put(json value) {
        if (!count()) return false;
        if (skipped_ > 0 || std::exchange(skips_next_, false)) return true;
        add(std::move(value));
        return true;
    }
    bool open(json empty) {
        if (!count()) return false;
        if (skipped_ > 0 || std::exchange(skips_next_, false)) {
            ++skipped_;
            return true;
        }
        const bool is_metadata = empty.is_object() && !open_.empty() &&
                                 open_.back().value->is_object() && name_ == "metadata";
        const bool is_items = empty.is_array() && open_.size() == 1 && name_ == "items";
        open_.push_back({add(std::move(empty)), is_metadata, is_items});
        return true;
    }
    bool close() {
        if (skipped_ > 0) {
            --skipped_;
        } else {
            open_.pop_back();
            if (keep_item_ && open_.size() == 2 && open_.back().is_items) judge_item();
        }
        return true;
    }
    void judge_item() {
        json& items = *open_.back().value;
        if (!keep_item_(items.back())) items.erase(items.size() - 1);
    }

    const JsonBounds bounds_;
    const KeepItem& keep_item_;
    json root_;
    std::vector<Open> open_;  ///< where we are, outermost first
    std::string name_;        ///< of the member that comes next
    std::size_t values_ = 0;
    std::size_t skipped_ = 0;  ///< how deep we are in what is left out
    bool skips_next_ = false;
};

}  // namespace

std::optional<json> parse_json(std::string_view text, const JsonBounds& bounds,
                               const KeepItem& keep_item) {
    Builder builder(bounds, keep_item);
    if (!json::sax_parse(text, &builder)) return std::nullopt;
    return builder.take();
}

}  // namespace breakwater::kube
