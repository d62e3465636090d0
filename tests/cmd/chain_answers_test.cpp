// What `ethpoc chain` answers from the store: a page, balances, finds; and which settings each subcommand takes.
#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "chain/u256.hpp"
#include "cmd/view/amount.hpp"
#include "tests/cmd/program.hpp"
#include "tests/support/mini_chain.hpp"
#include "tests/support/mini_transaction.hpp"
#include "tests/support/shared.hpp"
#include "tests/support/temporary.hpp"

using namespace ethpoc;
using nlohmann::json;

namespace {

constexpr auto answers_layout = chain::TransactionLayout::t9a;

Bytes bytes_of(const Address& address) {
    return {address.bytes.begin(), address.bytes.end()};
}

/// A chain of PoC-4: account 1 mines blocks 1 to 3, pays to 42.. in block 4, block 5 has an uncle of account 7; and a
/// side chain of one block at height 5.
struct Answers {
    test::TemporaryFolder folder{};
    test::MiniChain mini{
        chain::rules_for(11), 4,
        &*std::ranges::find(chain::all_premines(), std::string_view("cpp@c186d8f4d"), &chain::Premine::name)};
    std::string data = (folder.path() / "data").string();
    Bytes payment =
        test::sign_transaction(answers_layout, {.value = U256(1'500'000'000'000'000'000), .data = Bytes{0xde, 0xad}});
    std::vector<test::MinedBlock> blocks = [this] {
        auto out = mini.mine_many(mini.genesis_block(), 3, {.coinbase = bytes_of(test::address_of(1))});
        out.push_back(mini.mine(out.back(), {.transactions = {payment}, .coinbase = bytes_of(test::address_of(1))}));
        const auto uncle = mini.mine(out[2], {.seconds = 11, .coinbase = bytes_of(test::address_of(7))});
        out.push_back(mini.mine(out.back(), {.uncles = {uncle.header}, .coinbase = bytes_of(test::address_of(2))}));
        return out;
    }();
    test::MinedBlock side = mini.mine(blocks[3], {.seconds = 12, .transactions = {}, .miner = 9});

    Answers() {
        const std::string genesis = (folder.path() / "genesis.hex").string();
        const std::string file = (folder.path() / "blocks.rlp").string();
        std::ofstream(genesis) << to_hex(mini.genesis().rlp) << '\n';
        std::ofstream out(file, std::ios::binary);
        for (const test::MinedBlock& block : blocks) {
            out << as_text(block.rlp);
        }
        out << as_text(side.rlp);
        out.close();
        const test::Ran ran = chain({"import", file, "--genesis", genesis, "--protocol", "11"});
        REQUIRE_MESSAGE(ran.code == 0, ran.out, ran.err);
    }
    test::Ran chain(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "chain");
        arguments.insert(arguments.end(), {"--data-dir", data});
        return test::run_program(arguments);
    }
    json document(std::vector<std::string> arguments, int code = 0) const {
        arguments.emplace_back("--json");
        const test::Ran ran = chain(std::move(arguments));
        CAPTURE(ran.err);
        CHECK(ran.code == code);
        return json::parse(ran.out, nullptr, false);
    }
};

void check_width(const std::string& page) {
    std::istringstream lines(page);
    for (std::string line; std::getline(lines, line);) {
        CAPTURE(line);
        CHECK(line.size() <= 80);
        CHECK_FALSE(line.ends_with(' '));
    }
}

} // namespace

TEST_CASE("chain answers: amounts are exact and ages are said in one unit") {
    CHECK(cmd::ether_text(U256(0)) == "0");
    CHECK(cmd::ether_text(U256(1)) == "0.000000000000000001");
    CHECK(cmd::ether_text(U256(1'500'000'000'000'000'000)) == "1.5");
    CHECK(cmd::ether_text(U256(10'000'000'000'000'000'000U)) == "10");
    const auto most = chain::difference(U256(0), U256(1));
    CHECK(cmd::ether_text(most) == "115792089237316195423570985008687907853269984665640564039457.584007913129639935");
    CHECK(cmd::age_text(100, 100) == "now");
    CHECK(cmd::age_text(100, 101) == "1 second ago");
    CHECK(cmd::age_text(100, 219) == "119 seconds ago");
    CHECK(cmd::age_text(100, 220) == "2 minutes ago");
    CHECK(cmd::age_text(0, 12 * 31'557'600ULL + 5) == "12 years ago");
    CHECK(cmd::age_text(7'300, 100) == "in 2 hours");
    CHECK(cmd::duration_text(59) == "59s");
    CHECK(cmd::duration_text(65) == "1m 05s");
    CHECK(cmd::duration_text(3'600 + 60) == "1h 01m");
}

TEST_CASE("chain answers: show is a page of 80 columns with the transactions and uncles") {
    const Answers bench;
    const std::string page = bench.chain({"show", "4"}).out;
    check_width(page);
    for (const std::string& part :
         {std::string("block 4, in the chain of the head\n"), "hash        0x" + to_hex(bench.blocks[3].record.hash),
          "parent      0x" + to_hex(bench.blocks[2].record.hash), std::string(" years ago\n"),
          "coinbase    0x" + to_hex(test::address_of(1)), "in total    " + std::string("2"),
          "size        " + std::to_string(bench.blocks[3].rlp.size()) + " bytes\n", std::string("extra data  none\n"),
          std::string("holds       1 transaction, 0 uncles\n\ntransaction 0\nhash        0x"),
          "\nfrom        0x" + to_hex(test::address_of(1)) + "\nto          0x" + to_hex(Bytes(20, 0x42)),
          std::string("\nvalue       1.5 ether\n"),
          std::string("\nfee         10000000000000 wei for a unit of gas, of which at most 500\n"),
          std::string("\nnonce       0\ndata        2 bytes\n")}) {
        CAPTURE(part + "\n\n" + page);
        CHECK(page.contains(part));
    }
    const std::string with_uncle = bench.chain({"show", "5"}).out;
    CAPTURE(with_uncle);
    CHECK(with_uncle.contains("holds       0 transactions, 1 uncle\n\nuncle 0\nhash        0x"));
    CHECK(with_uncle.contains("\nnumber      4\ncoinbase    0x" + to_hex(test::address_of(7)) + "\nreward      "));
    const json same = bench.document({"show", "5"});
    REQUIRE(same["uncle_headers"].size() == 1);
    CHECK(same["uncle_headers"][0]["hash"] == same["uncles"][0]);
    CHECK(
        with_uncle.contains(cmd::ether_text(U256(std::stoull(same["uncle_headers"][0]["reward"].get<std::string>()))) +
                            " ether for its miner\n"));
    CHECK(bench.chain({"show", to_hex(bench.side.record.hash)}).out.starts_with("block 5, on a side chain\n"));
    check_width(bench.chain({"show", "0"}).out);
}

TEST_CASE("chain answers: a coinbase of 65 bytes goes on below its beginning") {
    const test::TemporaryFolder folder;
    const std::string data = (folder.path() / "data").string();
    const auto file = test::test_file("chains/go-p08.jsonl").string();
    REQUIRE(test::run_program({"chain", "import", file, "--data-dir", data}).code == 0);
    const json block = json::parse(test::run_program({"chain", "show", "3", "--data-dir", data, "--json"}).out);
    const std::string coinbase = block["coinbase"];
    REQUIRE(coinbase.size() == 2 + 130);
    const std::string page = test::run_program({"chain", "show", "3", "--data-dir", data}).out;
    check_width(page);
    CHECK(page.contains("\ncoinbase    " + coinbase.substr(0, 66) + "\n            " + coinbase.substr(66) + "\n"));
    const std::vector<std::string> find{"chain", "find", coinbase, "--count", "1", "--json", "--data-dir", data};
    const json found = json::parse(test::run_program(find).out);
    CHECK(found["found"][0]["kind"] == "coinbase");
    CHECK(found["more"] == 19);
    const std::vector<std::string> balance{"chain", "balance", coinbase, "--at", "0", "--json", "--data-dir", data};
    CHECK(json::parse(test::run_program(balance).out)["exists"] == false);
}

TEST_CASE("chain answers: the balance of every account after every block") {
    const Answers bench;
    const std::vector<Bytes> accounts{bytes_of(test::address_of(1)), bytes_of(test::address_of(2)),
                                      bytes_of(test::address_of(7)), Bytes(20, 0x42)};
    for (std::size_t i = 0; i < bench.blocks.size(); ++i) {
        for (const Bytes& address : accounts) {
            const auto expected = bench.blocks[i].state->find(address);
            const json answer = bench.document({"balance", to_hex(address), "--at", std::to_string(i + 1)});
            CAPTURE(answer.dump());
            CHECK(answer["hash"] == "0x" + to_hex(bench.blocks[i].record.hash));
            CHECK(answer["exists"] == expected.has_value());
            CHECK(answer["balance"] == chain::to_decimal(expected.value_or(chain::Account{}).balance));
            CHECK(answer["nonce"] == expected.value_or(chain::Account{}).nonce);
        }
    }
    const std::string payer = to_hex(test::address_of(1));
    CHECK(bench.document({"balance", "0x" + payer}) == bench.document({"balance", payer, "--at", "5"}));
    CHECK(bench.chain({"balance", to_hex(Bytes(20, 0x42))})
              .out.contains("balance     1.5 ether\n            1500000000"));
    const test::Ran nobody = bench.chain({"balance", to_hex(Bytes(20, 0x43))});
    CHECK(nobody.code == 0);
    CHECK(nobody.out.contains("balance     0 ether\n            0 wei\n"));
    CHECK(nobody.out.contains("there is no account with this address"));
    check_width(nobody.out);
    CHECK(bench.chain({"balance", payer, "--at", "6"}).code == 1);
    CHECK(bench.chain({"balance", payer.substr(1)}).code == 2);
    const test::Ran off = bench.chain({"balance", payer, "--state", "off"});
    CHECK(off.code == 2);
    CHECK(off.err.contains("--state off"));
}

TEST_CASE("chain answers: a balance that nobody knows says from where and why") {
    const test::TemporaryFolder folder;
    const std::string data = (folder.path() / "data").string();
    const test::MiniChain mini(chain::rules_for(11)); // of a genesis that no one recorded
    std::ofstream(folder.path() / "genesis.hex") << to_hex(mini.genesis().rlp) << '\n';
    std::ofstream(folder.path() / "blocks.rlp", std::ios::binary) << as_text(mini.mine(mini.genesis_block()).rlp);
    REQUIRE(test::run_program({"chain", "import", (folder.path() / "blocks.rlp").string(), "--genesis",
                               (folder.path() / "genesis.hex").string(), "--protocol", "11", "--data-dir", data})
                .code == 0);
    const std::string nobody(40, '0');
    const test::Ran text = test::run_program({"chain", "balance", nobody, "--data-dir", data});
    CHECK(text.code == 1);
    CHECK(text.err.contains(
        "is not known: the state is unknown from #0 because the accounts of its genesis are not recorded"));
    const test::Ran ran = test::run_program({"chain", "balance", nobody, "--data-dir", data, "--json"});
    CHECK(ran.code == 1);
    const json answer = json::parse(ran.out);
    CHECK(answer["balance"].is_null());
    CHECK(answer["unknown_from"] == 0);
    CHECK(answer["because"] == "the accounts of its genesis are not recorded");
}

TEST_CASE("chain answers: find by transaction by account and by the beginning of a hash") {
    const Answers bench;
    const std::string payment = bench.document({"show", "4"})["transactions"][0]["hash"];
    const json by_hash = bench.document({"find", payment});
    REQUIRE(by_hash["found"].size() == 1);
    const json expected{{"kind", "transaction"},
                        {"number", 4},
                        {"block_hash", "0x" + to_hex(bench.blocks[3].record.hash)},
                        {"canonical", true},
                        {"hash", payment},
                        {"sender", "0x" + to_hex(test::address_of(1))},
                        {"to", "0x" + to_hex(Bytes(20, 0x42))},
                        {"value", "1500000000000000000"},
                        {"index", 0}};
    CHECK(by_hash["found"][0] == expected);
    CHECK(by_hash["searched_blocks"] == 7);
    CHECK(bench.document({"find", payment.substr(2, 9)})["found"][0] == expected);
    const test::Ran page = bench.chain({"find", payment});
    check_width(page.out);
    CHECK(page.out.starts_with("transaction 0 of block 4\nblock hash  0x"));
    CHECK(page.out.contains("\nvalue       1.5 ether\n"));

    const auto kinds = [&](const Address& address) {
        std::string out;
        const json found = bench.document({"find", to_hex(address)});
        for (const json& one : found["found"]) {
            out += one["kind"].get<std::string>() + one["number"].dump() + ' ';
        }
        return out;
    };
    CHECK(kinds(test::address_of(1)) == "coinbase1 coinbase2 coinbase3 sender4 coinbase4 ");
    CHECK(kinds(test::address_of(7)) == "uncle5 ");
    const json receiver = bench.document({"find", to_hex(Bytes(20, 0x42))})["found"];
    REQUIRE(receiver.size() == 1);
    CHECK(receiver[0]["kind"] == "receiver");
    const json some = bench.document({"find", to_hex(test::address_of(1)), "--count", "2"});
    CHECK(some["found"].size() == 2);
    CHECK(some["more"] == 3);
    CHECK(bench.chain({"find", to_hex(test::address_of(1)), "--count", "2"})
              .out.ends_with("and 3 more; --count shows them\n"));

    const std::string side = to_hex(bench.side.record.hash);
    for (const std::size_t digits : {4, 5, 63, 64}) {
        const json found = bench.document({"find", side.substr(0, digits)})["found"];
        REQUIRE_FALSE(found.empty());
        CHECK(found.back()["block_hash"] == "0x" + side);
        CHECK(found.back()["canonical"] == false);
    }
    const json nothing = bench.document({"find", std::string(64, 'e')}, 1);
    CHECK(nothing["found"].empty());
    CHECK(bench.chain({"find", std::string(64, 'e')}).err.contains("nothing in 7 blocks"));
    for (const char* const wrong : {"abc", "0xabc", "elephant", "", "0x"}) {
        CHECK(bench.chain({"find", wrong}).code == 2);
    }
    CHECK(bench.chain({"find", std::string(65, 'a')}).code == 2);
}

TEST_CASE("chain answers: help of each subcommand shows the settings that it uses with their defaults and no other") {
    const std::vector<std::pair<std::string, bool>> subcommands{{"status", true}, {"show", false},  {"balance", true},
                                                                {"find", false},  {"verify", true}, {"export", false},
                                                                {"import", true}, {"tail", false}};
    for (const auto& [name, replays] : subcommands) {
        CAPTURE(name);
        const test::Ran help = test::run_program({"chain", name, "--help"}, {{"HOME", "/h"}});
        CHECK(help.code == 0);
        for (const char* const one :
             {"--config FILE", "--protocol TEXT", "--genesis PATH", "--data-dir,--datadir PATH"}) {
            CAPTURE(one);
            CHECK(help.out.contains(one));
        }
        CHECK(help.out.contains("/h/.local/share/ethpoc"));
        CHECK(help.out.contains("(default: auto)"));
        CHECK(help.out.contains("--state on|off") == replays);
        CHECK(help.out.contains("--limits.store") == (name == "import"));
        for (const char* const other : {"--listen", "--dial", "--max-peers", "--timeouts", "--log", "--limits.frame"}) {
            CHECK_FALSE(help.out.contains(other));
        }
    }
}

TEST_CASE("chain answers: a setting that a subcommand does not use is refused but may stand in a file") {
    const Answers bench;
    const test::Ran ran = bench.chain({"show", "1", "--listen", "none"});
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.contains("ethpoc chain show takes no --listen: it has no use for this setting"));
    CHECK(bench.chain({"show", "1", "--maxpeers=3"}).err.contains("takes no --maxpeers: it has no use"));
    CHECK(bench.chain({"show", "1", "--protocl", "7"}).err.contains("takes no --protocl; did you mean --protocol?"));
    CHECK(bench.chain({"show", "1", "--bogus"}).err.contains("ethpoc chain show takes no --bogus\n"));
    CHECK(bench.document({"show", "1", "--state", "off"}, 2)["error"]["detail"].get<std::string>().contains("--state"));
    CHECK(bench.chain({"tail", "--count", "1", "more"}).code == 2);
    const std::string config = (bench.folder.path() / "ethpoc.toml").string();
    std::ofstream(config) << "listen = \"none\"\nmax-peers = 3\nstate = \"off\"\n";
    CHECK(bench.chain({"show", "1", "--config", config}).code == 0);
    CHECK(bench.chain({"status", "--config", config}).out.contains("--state is off"));
    std::ofstream(config) << "lisen = \"none\"\n";
    CHECK(bench.chain({"show", "1", "--config", config}).code == 2);
}

TEST_CASE("chain answers: an import keeps to the limit of the store") {
    const test::TemporaryFolder folder;
    const std::string data = (folder.path() / "data").string();
    const auto file = test::test_file("chains/go-p08.jsonl").string();
    const test::Ran full = test::run_program({"chain", "import", file, "--data-dir", data, "--store-limit", "1KiB"});
    CHECK(full.code == 3);
    CHECK(full.err.contains("chain.store_full"));
    CHECK(test::run_program({"chain", "import", file, "--data-dir", data}).out.starts_with("imported 20 blocks"));
}
