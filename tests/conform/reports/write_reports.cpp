// Writes one report of each kind into a folder, for reports.py to try with the tools that others read them with.
//
//   ethpoc_write_reports FOLDER: NAME.json, .ndjson, .tap, .xml, .html, .txt of each report; several.html and
//   several.xml of some together
#include <fstream>
#include <iostream>

#include "conform/report_html.hpp"
#include "conform/report_json.hpp"
#include "conform/report_junit.hpp"
#include "conform/report_tap.hpp"
#include "conform/report_text.hpp"
#include "tests/conform/report_samples.hpp"

namespace {

using namespace ethpoc;

bool write(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    return static_cast<bool>(file.flush());
}

std::string events_of(const conform::Report& report) {
    const std::size_t total = report.outcomes.size();
    std::string out = conform::start_event(report, total);
    for (std::size_t i = 0; i < total; ++i) {
        out += conform::case_event(report.outcomes[i], i + 1, total);
    }
    return out + conform::end_event(report);
}

/// All that a target says: pass, so that `prove` is content with it.
conform::Report good_report() {
    conform::Report out = test::sample_report(100);
    for (conform::Outcome& outcome : out.outcomes) {
        const bool quiet = outcome.verdict == conform::Verdict::skip || outcome.verdict == conform::Verdict::xfail;
        if (!quiet) { outcome.verdict = outcome.plain = conform::Verdict::pass; }
    }
    return out;
}

/// As many targets as the museum has, one of them hostile.
std::vector<conform::Report> many_reports() {
    std::vector<conform::Report> out;
    for (std::size_t i = 0; i < 26; ++i) {
        conform::Report report = test::sample_report(420);
        report.client_id = "client " + std::to_string(i + 1) + "/v0.6." + std::to_string(i);
        report.target = "127.0.0.1:" + std::to_string(30303 + i);
        for (std::size_t k = 0; k < report.outcomes.size(); ++k) {
            conform::Outcome& outcome = report.outcomes[k];
            if ((k * 7 + i * 3) % 11 != 0) { outcome.verdict = outcome.plain = conform::Verdict::pass; }
        }
        out.push_back(std::move(report));
    }
    return out;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: ethpoc_write_reports FOLDER\n";
        return 2;
    }
    const std::string folder = std::string(argv[1]) + "/";
    struct Named {
        const char* name;
        conform::Report report;
    };
    bool good = true;
    std::vector<conform::Report> several;
    for (const Named& one : {Named{"empty", {}}, Named{"ten", test::sample_report(10)}, Named{"good", good_report()},
                             Named{"large", test::sample_report(500)}, Named{"hostile", test::hostile_report()}}) {
        const std::string path = folder + one.name;
        good = write(path + ".json", conform::report_json(one.report)) && good;
        good = write(path + ".ndjson", events_of(one.report)) && good;
        good = write(path + ".tap", conform::report_tap(one.report)) && good;
        good = write(path + ".xml", conform::report_junit(one.report)) && good;
        good = write(path + ".html", conform::report_html(one.report)) && good;
        good = write(path + ".txt", conform::report_text(one.report)) && good;
        several.push_back(one.report);
    }
    good = write(folder + "several.html", conform::report_html(several, "Several & <targets>")) && good;
    good = write(folder + "several.xml", conform::report_junit(several)) && good;
    good = write(folder + "many.html", conform::report_html(many_reports())) && good;
    return good ? 0 : 1;
}
