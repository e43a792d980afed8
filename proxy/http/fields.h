#pragma once
// The header or trailer fields of a message, in the order in which they came: RFC 9110 section 5.
//
// Names and values are views. What the parser adds points into the received bytes, which are kept for
// as long as the exchange; `set` and `add` copy into the arena, `set_view` and `add_view` borrow what
// outlives it. Names keep the case in which they came; looking up ignores case.
//
// Nothing in here can split a line (field_syntax.h). A name is a token, and a borrowed value is valid:
// their callers see to it, and debug builds check it. A value that is copied is made valid: white space
// around it goes, and each control character becomes a space, as RFC 9110 section 5.5 has it.
//
// One thread; lives in, and ends with, its arena.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "proxy/base/arena.h"
#include "proxy/http/field_name.h"
#include "proxy/http/field_syntax.h"

namespace breakwater::http {

/// Three words, because a head's fields are added, moved and looked at one by one.
class Field {
public:
    /// What a name may be long: far more than any is. Who takes one from a peer looks.
    static constexpr std::size_t kMaxNameBytes = std::numeric_limits<std::uint16_t>::max();

    Field() = default;
    constexpr Field(std::string_view name, std::string_view value, FieldName id = FieldName::other)
        : name_(name.data()),
          value_(value.data()),
          value_bytes_(static_cast<std::uint32_t>(value.size())),
          name_bytes_(static_cast<std::uint16_t>(name.size())),
          id_(id) {
        assert(name.size() <= kMaxNameBytes);
    }

    [[nodiscard]] constexpr std::string_view name() const { return {name_, name_bytes_}; }
    /// Without white space around it.
    [[nodiscard]] constexpr std::string_view value() const { return {value_, value_bytes_}; }
    [[nodiscard]] constexpr FieldName id() const { return id_; }

private:
    const char* name_ = nullptr;
    const char* value_ = nullptr;
    std::uint32_t value_bytes_ = 0;
    std::uint16_t name_bytes_ = 0;
    FieldName id_ = FieldName::other;
};
static_assert(sizeof(Field) == 3 * sizeof(void*));

class Fields {
public:
    explicit Fields(Arena& arena) : arena_(&arena) {}
    /// For tests: the fields one after the other, views kept.
    Fields(Arena& arena, std::initializer_list<Field> fields);
    Fields(const Fields&) = delete;
    Fields& operator=(const Fields&) = delete;

    /// Takes over the views of `other`; both may be changed apart from then on.
    void copy_views(const Fields& other);
    /// Adds the views of `other`, but for those of the names in `left_out`.
    void append_views(const Fields& other, FieldSet left_out);
    /// Adds these; their texts outlive this.
    void append_views(std::span<const Field> more);
    /// Copies names and values, for what outlives the bytes they point to.
    void copy_deep(const Fields& other);

    [[nodiscard]] const Field* begin() const { return fields_; }
    [[nodiscard]] const Field* end() const { return fields_ + size_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

    [[nodiscard]] bool has(FieldName name) const { return present_.contains(name); }
    [[nodiscard]] bool has_any(FieldSet names) const { return present_.meets(names); }
    /// The value of the first field of that name; nullopt where there is none.
    [[nodiscard]] std::optional<std::string_view> get(FieldName name) const;
    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
    [[nodiscard]] std::size_t count(FieldName name) const;
    /// Whether a comma-separated list field (RFC 9110 section 5.6.1), over all its lines, holds
    /// `token`, whatever its case.
    [[nodiscard]] bool has_token(FieldName name, std::string_view token) const;

    /// Puts one field in the place of all of that name.
    void set(std::string_view name, std::string_view value);
    void set_view(std::string_view name, std::string_view value);
    void set_view(FieldName name, std::string_view value);
    void add(std::string_view name, std::string_view value);
    void add_view(std::string_view name, std::string_view value) {
        push(name, value, field_name(name));
    }
    void add_view(FieldName name, std::string_view value) { push(text_of(name), value, name); }
    void remove(FieldName name);
    void remove(FieldSet names);
    void remove(std::string_view name);
    /// Removes what `condemned(const Field&)` says; one pass, keeps the order.
    template <class Predicate>
    void remove_if(Predicate condemned);
    void clear() { size_ = 0, present_ = {}; }

    [[nodiscard]] Arena& arena() const { return *arena_; }

private:
    void push(std::string_view name, std::string_view value, FieldName id) {
        assert(valid_field_name(name) && valid_field_value(value));
        if (size_ == capacity_) grow(size_ + 1);
        std::construct_at(fields_ + size_++, name, value, id);
        present_.add(id);
    }
    void grow(std::size_t least);
    void recount();

    Arena* arena_;
    Field* fields_ = nullptr;
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = 0;
    FieldSet present_;  ///< each name that is there
};

template <class Predicate>
void Fields::remove_if(Predicate condemned) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < size_; ++i) {
        if (!condemned(static_cast<const Field&>(fields_[i]))) fields_[kept++] = fields_[i];
    }
    if (kept == size_) return;
    size_ = static_cast<std::uint32_t>(kept);
    recount();
}

/// Calls `each(token)` for every element of a comma-separated list, trimmed, empty ones left out
/// (RFC 9110 section 5.6.1.2).
template <class Each>
void for_each_token(std::string_view list, Each each) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        std::string_view token = list.substr(0, comma);
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
        const std::size_t first = token.find_first_not_of(" \t");
        if (first == std::string_view::npos) continue;
        token = token.substr(first, token.find_last_not_of(" \t") - first + 1);
        each(token);
    }
}

}  // namespace breakwater::http
