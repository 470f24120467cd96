#include "reports/signoff/signoff_table.hpp"

#include <algorithm>

#include "golden/support/csv.hpp"

namespace macaw::reports {

using sim::CheckStatus;
using sim::SignoffCheck;

namespace {

constexpr CheckStatus kStatuses[] = {CheckStatus::Passed, CheckStatus::Failed, CheckStatus::Undecided,
                                     CheckStatus::Skipped};

std::string summary_of(const Signoff& signoff) {
    std::string text;
    for (CheckStatus status : kStatuses)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", signoff.count(status), to_string(status));
    return text;
}

std::string escaped(std::string text) {
    for (std::size_t at = 0; (at = text.find_first_of("|\n", at)) != std::string::npos; at += 2) {
        if (text[at] == '\n') text[at] = ' ';
        text.insert(at, text[at] == '|' ? "\\" : " ");
    }
    return text;
}

}  // namespace

void Signoff::add(sim::SignoffPart part) {
    for (SignoffCheck& check : part.checks) checks.push_back(std::move(check));
    metrics.append(part.metrics);
}

std::int64_t Signoff::count(CheckStatus status) const {
    return std::ranges::count_if(checks, [&](const SignoffCheck& check) { return check.status == status; });
}

Expected<void> Signoff::verdict() const {
    auto failed = std::ranges::find(checks, CheckStatus::Failed, &SignoffCheck::status);
    if (failed != checks.end())
        return fail(ErrorKind::CheckFailed, "{} of {} checks failed; the first: {}: {}",
                    count(CheckStatus::Failed), checks.size(), failed->name, failed->figure);
    if (count(CheckStatus::Passed) == 0)
        return fail(ErrorKind::CheckFailed, "nothing was checked: {}", summary_of(*this));
    return {};
}

Expected<void> Signoff::all_passed() const {
    MACAW_CHECK(verdict());
    auto open = std::ranges::find_if(
        checks, [](const SignoffCheck& check) { return check.status != CheckStatus::Passed; });
    if (open == checks.end()) return {};
    return fail(ErrorKind::CheckFailed, "{} of {} checks did not pass; the first is {}: {}: {}",
                std::ssize(checks) - count(CheckStatus::Passed), checks.size(), to_string(open->status),
                open->name, open->figure);
}

std::string to_string(CheckStatus status) {
    switch (status) {
        case CheckStatus::Passed:
            return "passed";
        case CheckStatus::Failed:
            return "FAILED";
        case CheckStatus::Undecided:
            return "undecided";
        case CheckStatus::Skipped:
            return "skipped";
    }
    throw std::logic_error("unknown status");
}

std::string to_text(const Signoff& signoff) {
    std::size_t width = 0;
    for (const SignoffCheck& check : signoff.checks) width = std::max(width, check.name.size());
    std::string text = fmt::format("{}: {}\n", signoff.name, signoff.configuration);
    for (const SignoffCheck& check : signoff.checks)
        text +=
            fmt::format("  {:<9}  {:<{}}  {}\n", to_string(check.status), check.name, width, check.figure);
    return text + summary_of(signoff) + "\n";
}

std::string to_markdown(const Signoff& signoff) {
    std::string text = fmt::format(
        "# Sign-off of {}\n\n{}\n\n| check | how | figure | result |\n"
        "|---|---|---|---|\n",
        signoff.name, signoff.configuration);
    for (const SignoffCheck& check : signoff.checks)
        text += fmt::format("| {} | {} | {} | {} |\n", escaped(check.name), escaped(check.method),
                            escaped(check.figure), to_string(check.status));
    return text + "\n" + summary_of(signoff) + "\n";
}

Json to_json(const Signoff& signoff) {
    Json checks = Json::array();
    for (const SignoffCheck& check : signoff.checks)
        checks.push_back({{"name", check.name},
                          {"method", check.method},
                          {"figure", check.figure},
                          {"status", to_string(check.status)}});
    return {{"name", signoff.name}, {"configuration", signoff.configuration}, {"checks", checks}};
}

namespace {

Table table_of(const Signoff& signoff) {
    Table table({"check", "how", "figure", "result"});
    for (const SignoffCheck& check : signoff.checks)
        table.add_row({check.name, check.method, check.figure, to_string(check.status)});
    return table;
}

}  // namespace

Expected<void> write_signoff(Signoff& signoff, const std::string& command,
                             const std::filesystem::path& folder) {
    for (CheckStatus status : kStatuses) {
        std::string word = to_string(status);
        std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
        signoff.metrics.add(fmt::format("{}__checks__{}__count", command, word), signoff.count(status),
                            "macaw " + command);
    }
    MACAW_CHECK(write_text(folder / "signoff.md", to_markdown(signoff)));
    MACAW_CHECK(table_of(signoff).write(folder / "signoff.csv"));
    return write_json(folder / "signoff.json", to_json(signoff));
}

}  // namespace macaw::reports
