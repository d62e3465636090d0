// Where `ethpoc peers` gets what it shows, and has done what it is told to.
#include <filesystem>

#include "chain/store_lock.hpp"
#include "cmd/node_setup.hpp"
#include "cmd/peers_commands.hpp"
#include "http/ask_local.hpp"
#include "peer/control_file.hpp"
#include "rlp/bytes.hpp"
#include "sync/chain_thread.hpp"

namespace ethpoc::cmd {

namespace {

using nlohmann::ordered_json;

std::string inside(const config::Settings& settings, std::string_view name) {
    return settings.data_dir + "/" + std::string(name);
}

std::unexpected<PeersRefusal> no_answer(std::string sentence) {
    return std::unexpected(PeersRefusal{.sentence = std::move(sentence)});
}

std::unexpected<PeersRefusal> of_data_dir(const config::Settings& settings, const Error& error) {
    const std::string hint(error.code->hint);
    return std::unexpected(
        PeersRefusal{exit_code_of(error), error.code->word,
                     "--data-dir " + settings.data_dir + ": " + error.detail + (hint.empty() ? "" : ". " + hint)});
}

/// A refusal's sentence, or the document.
std::expected<ordered_json, PeersRefusal> read_answer(unsigned status, const std::string& body) {
    ordered_json answer = ordered_json::parse(body, nullptr, false);
    if (status == 200 && !answer.is_discarded()) { return answer; }
    const bool told = answer.is_object() && answer.contains("error") && answer["error"].is_string();
    if (!told) { return no_answer("the node answers " + std::to_string(status) + ": " + printable(body)); }
    const bool usage = status == 400;
    return std::unexpected(PeersRefusal{usage ? ExitCode::usage : ExitCode::negative,
                                        usage ? "input.usage" : "input.refused", answer["error"].get<std::string>()});
}

} // namespace

ExitCode refuse(Context& context, const PeersRefusal& refusal) {
    context.out.refuse(refusal.word, printable(refusal.sentence, 8192));
    return refusal.code;
}

std::expected<std::optional<ordered_json>, PeersRefusal> ask_node(const config::Settings& settings,
                                                                  const std::string& method, const std::string& target,
                                                                  std::chrono::milliseconds patience) {
    if (settings.data_dir == ":memory:") {
        return std::unexpected(
            PeersRefusal{ExitCode::usage, "input.usage",
                         "a node in memory keeps nothing and has no control socket; give --data-dir"});
    }
    const auto answer = http::ask_local(inside(settings, peer::control_socket_name), method, target, {}, patience);
    if (!answer && answer.error().nobody) { return std::optional<ordered_json>(); }
    if (!answer) { return no_answer("the control socket " + answer.error().sentence); }
    auto body = read_answer(answer->status, answer->body);
    if (!body) { return std::unexpected(std::move(body.error())); }
    return std::optional(std::move(*body));
}

std::expected<ordered_json, PeersRefusal> ask_file(Context& context, const config::Settings& settings,
                                                   const std::string& method, const std::string& target) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(settings.data_dir.c_str(), ignored)) {
        return no_answer("--data-dir " + settings.data_dir + ": there is no such folder, so no node has run there");
    }
    std::optional<chain::StoreLock> lock; // so that no node begins with the file that is being replaced
    if (method != "GET") {
        auto taken = chain::StoreLock::take(settings.data_dir);
        if (!taken) { return of_data_dir(settings, taken.error()); }
        lock.emplace(std::move(*taken));
    }
    const std::string path = inside(settings, peer::peer_file_name);
    auto file = peer::read_peer_file(path);
    if (!file) { return of_data_dir(settings, file.error()); }
    if (file->damaged > 0) {
        context.out.complain(printable(path, 4096) + ": lines that cannot be read: " + std::to_string(file->damaged));
    }
    peer::FilePort port(std::move(*file), static_cast<peer::WallTime>(sync::wall_seconds()));
    const std::string_view whole(target);
    const std::string_view where = whole.substr(0, whole.find('?'));
    const std::string_view query = whole.substr(std::min(where.size() + 1, whole.size()));
    const auto answer = peer::answer(port, {method, where, query, {}});
    if (!answer) { return no_answer("there is nothing at " + target); }
    auto body = read_answer(answer->status, answer->body);
    if (!body || port.changed() == nullptr) { return body; }
    if (const auto written = peer::write_peer_file(path, *port.changed()); !written) {
        return of_data_dir(settings, written.error());
    }
    return body;
}

} // namespace ethpoc::cmd
