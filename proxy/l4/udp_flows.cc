#include "proxy/l4/udp_flows.h"

#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "proxy/base/text_hash.h"
#include "proxy/reactor/turn_share.h"

namespace breakwater::l4 {
namespace {

/// Datagrams that one socket takes in one turn of the loop before the others have theirs.
constexpr std::uint64_t kDatagramsPerTurn = 64;
static_assert(BlockPool::kBulkBytes >= kMaxDatagramBytes, "a block takes any datagram");

/// Who speaks with which of our addresses.
struct FlowKey {
    SocketAddress client;
    IpAddress local;
    bool operator==(const FlowKey&) const = default;
};

struct FlowKeyHash {
    std::size_t operator()(const FlowKey& key) const {
        const auto& ip = key.client.ip.bytes();
        const TextHash hash;  // seeded: a sender chooses its address
        return hash({reinterpret_cast<const char*>(ip.data()), ip.size()}) ^
               hash({reinterpret_cast<const char*>(&key.client.port), sizeof key.client.port});
    }
};

/// A socket to an endpoint of the session's target.
/// @error no_endpoint, or that of the last endpoint that was tried: the kernel knows no way there
Result<Descriptor> connect_to_endpoint(Lender& lender, Session& session) {
    Candidates candidates(lender, session);
    Result<Descriptor> fd = fail(Err::no_endpoint);
    while (exchange::Attempt* const attempt = candidates.next()) {
        fd = UdpSocket::connect(attempt->endpoint);
        if (fd) break;
        attempt->error = row(fd.error()).token.data();
    }
    return fd;
}

}  // namespace

/// Owned by the task that waits for the endpoint's answers.
class UdpFlow final : public ListHook<> {
public:
    UdpFlow(UdpPort& port, FlowKey key, Session begun, Descriptor to_endpoint);
    ~UdpFlow();
    UdpFlow(const UdpFlow&) = delete;
    UdpFlow& operator=(const UdpFlow&) = delete;

    /// Starts the task that owns it.
    static void start(std::unique_ptr<UdpFlow> flow);
    /// A datagram of the client. The flow may have ended when this returns.
    void pass_on(std::string_view datagram);
    /// From outside of its own task.
    void end();

private:
    static Task<void> wait_for_answers(std::unique_ptr<UdpFlow> owned);
    void answer(std::string_view datagram);
    [[nodiscard]] bool all_answered() const;
    [[nodiscard]] bool idle() const;
    void touch();

    UdpPort& port_;
    const FlowKey key_;
    OpenSession open_;
    UdpSocket endpoint_;
    const table::L4Settings settings_;
    Spawned* task_ = nullptr;
    Time last_activity_;
    std::uint64_t asked_ = 0;
    std::uint64_t answered_ = 0;
};

/// One listening socket, with the flows that began at it.
class UdpPort {
public:
    UdpPort(UdpFlows& all, table::L4Port port, Descriptor fd)
        : all_(all), port_(port), socket_(all.lender_.reactor(), std::move(fd)) {}
    UdpPort(const UdpPort&) = delete;
    UdpPort& operator=(const UdpPort&) = delete;
    ~UdpPort() {
        while (!flows_.empty()) flows_.begin()->second->end();
    }

    Task<void> receive();

private:
    friend class UdpFlow;

    void take(const Datagram& datagram);
    UdpFlow* begin_flow(const FlowKey& key);

    UdpFlows& all_;
    const table::L4Port port_;
    UdpSocket socket_;
    std::unordered_map<FlowKey, UdpFlow*, FlowKeyHash> flows_;
};

UdpFlow::UdpFlow(UdpPort& port, FlowKey key, Session begun, Descriptor to_endpoint)
    : port_(port),
      key_(key),
      open_(port.all_.lender_, std::move(begun)),
      endpoint_(port.all_.lender_.reactor(), std::move(to_endpoint)),
      settings_(port.all_.lender_.routing_table().settings.l4),
      last_activity_(port.all_.lender_.reactor().now()) {
    port_.flows_.emplace(key_, this);
    port_.all_.add(*this);
}

UdpFlow::~UdpFlow() {
    port_.flows_.erase(key_);
    port_.all_.remove(*this);
}

void UdpFlow::start(std::unique_ptr<UdpFlow> flow) {
    UdpFlow& started = *flow;
    Reactor& reactor = started.port_.all_.lender_.reactor();
    started.task_ = &reactor.spawn(wait_for_answers(std::move(flow)));
}

void UdpFlow::end() { port_.all_.lender_.reactor().cancel(*task_); }

void UdpFlow::touch() {
    last_activity_ = this_reactor().now();
    port_.all_.touch(*this);
}

bool UdpFlow::all_answered() const {
    return answered_ >= static_cast<std::uint64_t>(settings_.responses) * asked_;
}

bool UdpFlow::idle() const {
    return Deadline::after(last_activity_, settings_.timeout).passed(this_reactor().now());
}

void UdpFlow::pass_on(std::string_view datagram) {
    touch();
    ++asked_;
    open_.session.from_client_bytes += datagram.size();
    const bool sent = endpoint_.send(datagram);
    if (!sent) open_.session.error = Error{Err::upstream_reset};
    if (!sent || all_answered()) end();
}

void UdpFlow::answer(std::string_view datagram) {
    touch();
    ++answered_;
    open_.session.established = true;
    open_.session.to_client_bytes += datagram.size();
    port_.socket_.send(datagram, key_.client, key_.local);
}

Task<void> UdpFlow::wait_for_answers(std::unique_ptr<UdpFlow> owned) {
    const auto flow = std::move(owned);  // it ends before the frame does, so that nobody finds it
    BlockPool& blocks = this_reactor().blocks();
    TurnShare<kDatagramsPerTurn> share;
    for (Ref<Block> block;;) {
        if (share.spent()) co_await next_turn();
        if (!block) block = blocks.take_bulk();
        const Datagram got = flow->endpoint_.try_receive({block->data(), block->size()});
        switch (got.state) {
            case Datagram::State::some:
                share.count();
                flow->answer(got.bytes);
                if (flow->all_answered()) co_return;
                break;
            case Datagram::State::failed:
                flow->open_.session.error = Error{Err::upstream_reset};
                co_return;
            case Datagram::State::wait: {
                block.reset();
                Done ready = co_await flow->endpoint_.wait_readable(
                    Deadline::after(flow->last_activity_, flow->settings_.timeout));
                if (ready || !flow->idle()) break;
                flow->open_.session.error = Error{Err::session_idle};
                co_return;
            }
        }
    }
}

Task<void> UdpPort::receive() {
    BlockPool& blocks = this_reactor().blocks();
    TurnShare<kDatagramsPerTurn> share;
    for (Ref<Block> block;;) {
        if (share.spent()) co_await next_turn();
        if (!block) block = blocks.take_bulk();
        const Datagram got = socket_.try_receive({block->data(), block->size()});
        share.count();
        if (got.state == Datagram::State::some) take(got);
        if (got.state != Datagram::State::wait) continue;
        block.reset();
        Done ready = co_await socket_.wait_readable(Deadline::never());
        (void)ready;  // without a deadline it only says yes
    }
}

void UdpPort::take(const Datagram& datagram) {
    const FlowKey key{datagram.peer, datagram.local};
    const auto known = flows_.find(key);
    UdpFlow* const flow = known != flows_.end() ? known->second : begin_flow(key);
    if (flow) flow->pass_on(datagram.bytes);
}

UdpFlow* UdpPort::begin_flow(const FlowKey& key) {
    Lender& lender = all_.lender_;
    const auto service = table::find_l4_service(lender.routing_table(), port_);
    if (!service) return nullptr;  // it has left the table, and this port closes
    all_.make_room();
    Session session;
    session.transport = table::Transport::udp;
    session.target = {service, &service->target};
    session.client = key.client;
    session.local = {key.local, port_.number};
    Result<Descriptor> fd = connect_to_endpoint(lender, session);
    if (!fd) {
        session.error = fd.error();
        const OpenSession told(lender, std::move(session));
        return nullptr;
    }
    auto flow = std::make_unique<UdpFlow>(*this, key, std::move(session), std::move(*fd));
    UdpFlow* const begun = flow.get();
    UdpFlow::start(std::move(flow));
    return begun;
}

Task<void> UdpFlows::serve(table::L4Port port, Descriptor fd) {
    UdpPort open(*this, port, std::move(fd));
    co_await open.receive();
}

void UdpFlows::make_room() {
    while (count_ >= most_) oldest_first_.front()->end();
}

void UdpFlows::add(UdpFlow& flow) {
    oldest_first_.push_back(flow);
    ++count_;
}

void UdpFlows::touch(UdpFlow& flow) { oldest_first_.push_back(flow); }

void UdpFlows::remove(UdpFlow& flow) {
    flow.unlink();
    --count_;
}

}  // namespace breakwater::l4
