#include "sim/icarus/vcd_counter.hpp"

#include <charconv>
#include <fstream>
#include <sstream>
#include <vector>

namespace macaw::sim {

namespace {

struct Variable {
    std::vector<std::string> names;
    std::string value;  // bit 0 first; empty before the first dump
    std::vector<std::uint64_t> toggles;
    std::vector<std::uint64_t> high_times;  // before `since`
    std::uint64_t since = 0;                // time of the last change of any bit

    void advance(std::uint64_t now) {
        for (std::size_t bit = 0; bit < value.size(); ++bit)
            if (value[bit] == '1') high_times[bit] += now - since;
        since = now;
    }
};

class Counter {
  public:
    // False for a line that no VCD file has: a change of a variable that is not declared, a time that is no
    // number.
    bool read_line(const std::string& line) {
        if (in_header_) {
            read_declaration(line);
            return true;
        }
        if (line.empty()) return true;
        if (line[0] == '#') return read_time(line);
        if (line[0] == 'b') {
            const std::size_t space = line.find(' ');
            return space != std::string::npos && change(line.substr(space + 1), line.substr(1, space - 1));
        }
        if (line[0] == '0' || line[0] == '1' || line[0] == 'x' || line[0] == 'z')
            return change(line.substr(1), line.substr(0, 1));
        return true;  // times and commands
    }

    VcdToggles result() {
        VcdToggles toggles;
        toggles.unknown_changes = unknown_changes_;
        for (auto& [unused, variable] : variables_) {
            variable.advance(now_);
            for (const std::string& name : variable.names)
                for (std::size_t bit = 0; bit < variable.toggles.size(); ++bit) {
                    const std::string bit_name = fmt::format("{}[{}]", name, bit);
                    toggles.counts[bit_name] = variable.toggles[bit];
                    toggles.high_times[bit_name] = variable.high_times[bit];
                }
        }
        return toggles;
    }

  private:
    void read_declaration(const std::string& line) {
        std::istringstream words(line);
        std::string word, kind, width, code, name;
        words >> word;
        if (word == "$scope") {
            words >> kind >> name;
            scope_.push_back(name);
        } else if (word == "$upscope") {
            scope_.pop_back();
        } else if (word == "$enddefinitions") {
            in_header_ = false;
        } else if (word == "$var") {
            words >> kind >> width >> code >> name;
            std::string path;
            for (std::size_t i = 2; i < scope_.size(); ++i) path += scope_[i] + "/";  // bench/dut/...
            std::erase(name, '\\');
            Variable& variable = variables_[code];
            variable.names.push_back(path + name);
            variable.toggles.resize(std::stoul(width));
            variable.high_times.resize(variable.toggles.size());
        }
    }

    bool read_time(const std::string& line) {
        const char* end = line.data() + line.size();
        const auto [stop, problem] = std::from_chars(line.data() + 1, end, now_);
        return problem == std::errc() && stop == end;
    }

    bool change(const std::string& code, std::string bits) {
        auto found = variables_.find(code);
        if (found == variables_.end()) return false;
        Variable& variable = found->second;
        const char extension = bits[0] == '1' ? '0' : bits[0];
        if (bits.size() < variable.toggles.size())
            bits.insert(0, variable.toggles.size() - bits.size(), extension);
        std::string value(bits.rbegin(), bits.rend());
        variable.advance(now_);
        if (!variable.value.empty())
            for (std::size_t bit = 0; bit < value.size(); ++bit) {
                if (value[bit] == variable.value[bit]) continue;
                if (value[bit] > '1' || variable.value[bit] > '1') ++unknown_changes_;
                ++variable.toggles[bit];
            }
        variable.value = std::move(value);
        return true;
    }

    std::unordered_map<std::string, Variable> variables_;  // by the file's code
    std::vector<std::string> scope_;
    bool in_header_ = true;
    std::uint64_t unknown_changes_ = 0;
    std::uint64_t now_ = 0;
};

}  // namespace

Expected<VcdToggles> count_vcd_toggles(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) return fail(Error{ErrorKind::System, "cannot be opened", {}, {file.string()}});
    Counter counter;
    for (std::string line; std::getline(stream, line);)
        if (!counter.read_line(line))
            return fail(
                Error{ErrorKind::ToolFailed, "no VCD file has the line " + line, {}, {file.string()}});
    return counter.result();
}

}  // namespace macaw::sim
