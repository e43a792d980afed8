#include "proxy/http/fields.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "proxy/http/field_syntax.h"

namespace breakwater::http {
namespace {

/// What most heads fit into; a larger one doubles it.
constexpr std::size_t kFirstCapacity = 24;

bool is_named(const Field& field, FieldName id, std::string_view name) {
    if (id != FieldName::other) return field.id() == id;
    return field.id() == FieldName::other && equals_ignoring_case(field.name(), name);
}

/// A copy in which no byte can end the line: RFC 9110 section 5.5 has such bytes replaced by SP.
std::string_view copy_as_text(Arena& arena, std::string_view value) {
    value = trim(value);
    const std::size_t good = text_length(value);
    if (good == value.size()) return arena.copy(value);

    char* const to = arena.array<char>(value.size());
    std::transform(value.begin(), value.end(), to,
                   [](char c) { return is_field_text(c) ? c : ' '; });
    return trim({to, value.size()});
}

}  // namespace

Fields::Fields(Arena& arena, std::initializer_list<Field> fields) : arena_(&arena) {
    grow(fields.size());
    for (const Field& field : fields) add_view(field.name(), field.value());
}

void Fields::copy_views(const Fields& other) {
    if (this == &other) return;
    clear();
    if (other.size_ > capacity_) grow(other.size_);
    std::copy(other.begin(), other.end(), fields_);
    size_ = other.size_;
    present_ = other.present_;
}

void Fields::append_views(const Fields& other, FieldSet left_out) {
    if (size_ + other.size_ > capacity_) grow(size_ + other.size_);
    for (const Field& field : other) {
        if (!left_out.contains(field.id())) push(field.name(), field.value(), field.id());
    }
}

void Fields::append_views(std::span<const Field> more) {
    if (size_ + more.size() > capacity_) grow(size_ + more.size());
    std::ranges::copy(more, fields_ + size_);
    size_ += static_cast<std::uint32_t>(more.size());
    for (const Field& field : more) present_.add(field.id());
}

void Fields::copy_deep(const Fields& other) {
    copy_views(other);
    for (std::size_t i = 0; i < size_; ++i) {
        const Field& field = fields_[i];
        fields_[i] = Field(arena_->copy(field.name()), arena_->copy(field.value()), field.id());
    }
}

std::optional<std::string_view> Fields::get(FieldName name) const {
    if (!has(name)) return std::nullopt;
    return std::find_if(begin(), end(), [name](const Field& f) { return f.id() == name; })->value();
}

std::optional<std::string_view> Fields::get(std::string_view name) const {
    const FieldName id = field_name(name);
    if (id != FieldName::other) return get(id);
    const Field* found = std::find_if(
        begin(), end(), [name](const Field& f) { return is_named(f, FieldName::other, name); });
    if (found == end()) return std::nullopt;
    return found->value();
}

std::size_t Fields::count(FieldName name) const {
    if (!has(name)) return 0;
    return static_cast<std::size_t>(
        std::count_if(begin(), end(), [name](const Field& f) { return f.id() == name; }));
}

bool Fields::has_token(FieldName name, std::string_view token) const {
    if (!has(name)) return false;
    bool found = false;
    for (const Field& field : *this) {
        if (field.id() != name) continue;
        for_each_token(field.value(), [&](std::string_view one) {
            found = found || equals_ignoring_case(one, token);
        });
    }
    return found;
}

void Fields::set(std::string_view name, std::string_view value) {
    value = copy_as_text(*arena_, value);
    remove(name);
    push(arena_->copy(name), value, field_name(name));
}

void Fields::set_view(std::string_view name, std::string_view value) {
    remove(name);
    push(name, value, field_name(name));
}

void Fields::set_view(FieldName name, std::string_view value) {
    remove(name);
    push(text_of(name), value, name);
}

void Fields::add(std::string_view name, std::string_view value) {
    push(arena_->copy(name), copy_as_text(*arena_, value), field_name(name));
}

void Fields::remove(FieldName name) {
    if (!has(name)) return;
    remove_if([name](const Field& field) { return field.id() == name; });
}

void Fields::remove(FieldSet names) {
    if (!has_any(names)) return;
    remove_if([names](const Field& field) { return names.contains(field.id()); });
}

void Fields::remove(std::string_view name) {
    const FieldName id = field_name(name);
    if (!has(id)) return;
    remove_if([id, name](const Field& field) { return is_named(field, id, name); });
}

void Fields::grow(std::size_t least) {
    const std::size_t capacity = std::max({least, std::size_t{2} * capacity_, kFirstCapacity});
    Field* const larger = arena_->array<Field>(capacity);
    std::copy(begin(), end(), larger);
    fields_ = larger;
    capacity_ = static_cast<std::uint32_t>(capacity);
}

void Fields::recount() {
    present_ = {};
    for (const Field& field : *this) present_.add(field.id());
}

}  // namespace breakwater::http
