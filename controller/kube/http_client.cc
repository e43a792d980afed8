#include "controller/kube/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "proxy/base/free.h"

namespace breakwater::kube {
namespace {

constexpr std::size_t kMaxErrorBodyBytes = 64 << 10;
constexpr long kConnectSeconds = 10;
constexpr long kKeepAliveIdleSeconds = 30;
constexpr long kKeepAliveProbeSeconds = 10;
constexpr std::chrono::milliseconds kLongestPoll{60'000};

/// Once for the process, before the first handle.
void init_curl() {
    static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(done);
}

using Url = std::unique_ptr<CURLU, Free<curl_url_cleanup>>;

/// A list of texts as libcurl wants it.
class Lines {
public:
    void add(const std::string& text) {
        curl_slist* grown = curl_slist_append(list_.get(), text.c_str());
        if (!grown) return;
        static_cast<void>(list_.release());
        list_.reset(grown);
    }
    [[nodiscard]] curl_slist* get() const { return list_.get(); }

private:
    std::unique_ptr<curl_slist, Free<curl_slist_free_all>> list_;
};

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
    std::string out = text;
    curl_free(text);
    return out;
}

struct Address {
    std::string url;
    std::string connect_to;  ///< `name:port:host:port`; empty where the url's host is meant
};

/// libcurl takes the name to check from the url, so a name of its own goes there, and the connection
/// is told to go to the cluster's host all the same.
Address address_of(const Cluster& cluster, const std::string& target) {
    Address address{cluster.url + target, {}};
    if (cluster.tls_server_name.empty()) return address;
    const Url url(curl_url());
    if (curl_url_set(url.get(), CURLUPART_URL, address.url.c_str(), 0) != CURLUE_OK) return address;
    const std::string host = part_of(url.get(), CURLUPART_HOST);
    const std::string port = part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    curl_url_set(url.get(), CURLUPART_HOST, cluster.tls_server_name.c_str(), 0);
    address.url = part_of(url.get(), CURLUPART_URL);
    address.connect_to = fmt::format("{0}:{1}:{2}:{1}", cluster.tls_server_name, port, host);
    return address;
}

curl_blob blob_of(const std::string& text) {
    return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
}

/// One transfer: what its callbacks see.
struct Transfer {
    CURL* easy;
    BodyReader& reader;
    Response response;
    Time last_byte;
    bool ok_said = false;  // trailers end with an empty line, too
    bool enough = false;

    [[nodiscard]] int status() const {
        long code = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
        return static_cast<int>(code);
    }
    [[nodiscard]] bool is_success() const { return status() / 100 == 2; }
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    const std::string_view line(data, size * count);
    transfer.last_byte = system_clock().now();
    if (line == "\r\n" && transfer.is_success() && !std::exchange(transfer.ok_said, true)) {
        transfer.reader.on_ok();
    }
    return line.size();
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    const std::string_view bytes(data, size * count);
    transfer.last_byte = system_clock().now();
    if (!transfer.is_success()) {
        std::string& body = transfer.response.error_body;
        body.append(
            bytes.substr(0, kMaxErrorBodyBytes - std::min(kMaxErrorBodyBytes, body.size())));
        return bytes.size();
    }
    if (transfer.reader.on_bytes(bytes)) return bytes.size();
    transfer.enough = true;
    return CURL_WRITEFUNC_ERROR;
}

void set_transport(CURL* easy) {
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, kKeepAliveIdleSeconds);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, kKeepAliveProbeSeconds);
    // A name that is being resolved must not hold up the end.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

void set_trust(CURL* easy, const Cluster& cluster, const Presented& presented) {
    if (cluster.insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    } else if (!presented.ca_pem.empty()) {
        const curl_blob ca = blob_of(presented.ca_pem);
        curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &ca);
        // Else the system's authorities, which lie in a directory, would be trusted beside it.
        curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    }
    const Identity& identity = presented.identity;
    if (!identity.certificate_pem.empty()) {
        const curl_blob certificate = blob_of(identity.certificate_pem);
        const curl_blob key = blob_of(identity.key_pem);
        curl_easy_setopt(easy, CURLOPT_SSLCERT_BLOB, &certificate);
        curl_easy_setopt(easy, CURLOPT_SSLKEY_BLOB, &key);
    }
}

Lines headers_of(const Presented& presented, const Request& what) {
    Lines headers;
    headers.add("Accept: application/json");
    if (!presented.identity.token.empty()) {
        headers.add("Authorization: Bearer " + presented.identity.token);
    }
    if (what.content_type.empty()) return headers;
    headers.add(fmt::format("Content-Type: {}", what.content_type));
    headers.add("Expect:");  // libcurl's own would cost a round trip, or a wait
    return headers;
}

const char* name_of(Method method) {
    switch (method) {
        case Method::get: return "GET";
        case Method::post: return "POST";
        case Method::put: return "PUT";
        case Method::patch: return "PATCH";
    }
    return "";
}

/// @param what  outlives the transfer: its body is not copied
void set_body(CURL* easy, const Request& what) {
    if (what.method == Method::get) return;
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, name_of(what.method));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(what.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, what.body.data());
}

int poll_milliseconds(Time until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - system_clock().now());
    return static_cast<int>(
        std::clamp(left, std::chrono::milliseconds::zero(), kLongestPoll).count());
}

}  // namespace

struct HttpClient::Handles {
    std::unique_ptr<CURLM, Free<curl_multi_cleanup>> multi{curl_multi_init()};
    std::unique_ptr<CURL, Free<curl_easy_cleanup>> easy{curl_easy_init()};
};

namespace {

/// Turns libcurl until the transfer ended, by whatever.
void turn(CURLM* multi, Transfer& transfer, const Request& what, const std::stop_token& stop) {
    const Deadline whole = Deadline::after(transfer.last_byte, what.time_limit);
    Response& response = transfer.response;
    for (;;) {
        int running = 0;
        curl_multi_perform(multi, &running);
        if (stop.stop_requested()) {
            response.end = Response::End::cancelled;
            return;
        }
        int left = 0;
        if (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
            const CURLcode code = message->data.result;
            response.end = code == CURLE_OK ? Response::End::complete : Response::End::cut;
            if (transfer.enough) response.end = Response::End::enough;
            if (code != CURLE_OK) response.text = curl_easy_strerror(code);
            return;
        }
        const Deadline stall = Deadline::after(transfer.last_byte, what.stall_limit);
        const Time now = system_clock().now();
        if (whole.passed(now) || stall.passed(now)) {
            response.end = stall.passed(now) ? Response::End::stalled : Response::End::cut;
            response.text = stall.passed(now) ? "nothing came for too long" : "it took too long";
            return;
        }
        const Time until = std::min(whole, stall).at();
        curl_multi_poll(multi, nullptr, 0, until == Time::max() ? -1 : poll_milliseconds(until),
                        nullptr);
    }
}

}  // namespace

HttpClient::HttpClient() {
    init_curl();
    handles_ = std::make_unique<Handles>();
}

HttpClient::~HttpClient() = default;

Response HttpClient::send(const Cluster& cluster, const Presented& presented, const Request& what,
                          BodyReader& reader, const std::stop_token& stop) {
    CURL* easy = handles_->easy.get();
    CURLM* multi = handles_->multi.get();
    curl_easy_reset(easy);
    const Address address = address_of(cluster, what.target);
    const Lines headers = headers_of(presented, what);
    Lines connect_to;
    if (!address.connect_to.empty()) connect_to.add(address.connect_to);
    char problem[CURL_ERROR_SIZE] = "";
    Transfer transfer{easy, reader, {}, system_clock().now()};

    set_transport(easy);
    set_trust(easy, cluster, presented);
    set_body(easy, what);
    curl_easy_setopt(easy, CURLOPT_URL, address.url.c_str());
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to.get());
    curl_easy_setopt(easy, CURLOPT_PROXY, cluster.proxy_url.c_str());
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, fresh_ ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "breakwater/" BREAKWATER_VERSION);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, problem);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);

    curl_multi_add_handle(multi, easy);
    {
        const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
        turn(multi, transfer, what, stop);
    }
    Response& response = transfer.response;
    response.status = transfer.status();
    curl_off_t retry_after = 0;
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
    if (retry_after > 0) response.retry_after = std::chrono::seconds(retry_after);
    curl_multi_remove_handle(multi, easy);
    curl_easy_reset(easy);  // it keeps no pointer into this call
    if (problem[0] != '\0' && response.end == Response::End::cut) response.text = problem;
    fresh_ = response.end != Response::End::complete;
    return std::move(response);
}

std::string percent_encode(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

}  // namespace breakwater::kube
