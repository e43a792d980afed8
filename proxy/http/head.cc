#include "proxy/http/head.h"

#include <array>
#include <memory>

namespace breakwater::http {
namespace {

struct NamedMethod {
    std::string_view text;
    Method method;
};
constexpr std::array kMethods{
    NamedMethod{"GET", Method::get},         NamedMethod{"HEAD", Method::head},
    NamedMethod{"POST", Method::post},       NamedMethod{"PUT", Method::put},
    NamedMethod{"DELETE", Method::delete_},  NamedMethod{"CONNECT", Method::connect},
    NamedMethod{"OPTIONS", Method::options}, NamedMethod{"TRACE", Method::trace},
    NamedMethod{"PATCH", Method::patch},
};

}  // namespace

void RequestHead::copy_views_without_fields(const RequestHead& other) {
    method = other.method;
    method_text = other.method_text;
    target = other.target;
    path = other.path;
    query = other.query;
    has_query = other.has_query;
    authority = other.authority;
    host = other.host;
    normalised_path = other.normalised_path;
    version = other.version;
}

void RequestHead::clear() {
    Arena& arena = fields.arena();
    std::destroy_at(this);
    std::construct_at(this, arena);
}

void RequestHead::copy_views(const RequestHead& other) {
    copy_views_without_fields(other);
    fields.copy_views(other.fields);
}

void RequestHead::copy_deep(const RequestHead& other) {
    Arena& arena = fields.arena();
    copy_views(other);
    for (std::string_view* text :
         {&method_text, &target, &path, &query, &authority, &host, &normalised_path}) {
        *text = arena.copy(*text);
    }
    fields.copy_deep(other.fields);
}

std::string_view text_of(Version version) {
    switch (version) {
        case Version::v1_0: return "HTTP/1.0";
        case Version::v1_1: return "HTTP/1.1";
        case Version::v2: return "HTTP/2.0";
    }
    return "";
}

Method method_of(std::string_view text) {
    for (const NamedMethod& one : kMethods) {
        if (one.text == text) return one.method;
    }
    return Method::other;
}

bool is_idempotent(Method method) {
    switch (method) {
        case Method::get:
        case Method::head:
        case Method::put:
        case Method::delete_:
        case Method::options:
        case Method::trace: return true;
        default: return false;
    }
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 100: return "Continue";
        case 101: return "Switching Protocols";
        case 103: return "Early Hints";
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 203: return "Non-Authoritative Information";
        case 204: return "No Content";
        case 205: return "Reset Content";
        case 206: return "Partial Content";
        case 300: return "Multiple Choices";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 305: return "Use Proxy";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 402: return "Payment Required";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 407: return "Proxy Authentication Required";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 411: return "Length Required";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 417: return "Expectation Failed";
        case 421: return "Misdirected Request";
        case 422: return "Unprocessable Content";
        case 426: return "Upgrade Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        default: return "";
    }
}

bool status_has_body(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace breakwater::http
