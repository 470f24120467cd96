#include "sim/icarus/vcd_counter.hpp"

#include <fstream>
#include <sstream>
#include <vector>

namespace macaw::sim {

namespace {

struct Variable {
    std::vector<std::string> names;
    std::string value;  // bit 0 first; empty before the first dump
    std::vector<std::uint64_t> toggles;
};

class Counter {
  public:
    // False where the line changes a variable that is not declared.
    bool read_line(const std::string& line) {
        if (in_header_) {
            read_declaration(line);
            return true;
        }
        if (line.empty()) return true;
        if (line[0] == 'b') {
            const std::size_t space = line.find(' ');
            return space != std::string::npos && change(line.substr(space + 1), line.substr(1, space - 1));
        }
        if (line[0] == '0' || line[0] == '1' || line[0] == 'x' || line[0] == 'z')
            return change(line.substr(1), line.substr(0, 1));
        return true;  // times and commands
    }

    VcdToggles result() const {
        VcdToggles toggles;
        toggles.unknown_changes = unknown_changes_;
        for (const auto& [unused, variable] : variables_)
            for (const std::string& name : variable.names)
                for (std::size_t bit = 0; bit < variable.toggles.size(); ++bit)
                    toggles.counts[fmt::format("{}[{}]", name, bit)] = variable.toggles[bit];
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
        }
    }

    bool change(const std::string& code, std::string bits) {
        auto found = variables_.find(code);
        if (found == variables_.end()) return false;
        Variable& variable = found->second;
        const char extension = bits[0] == '1' ? '0' : bits[0];
        if (bits.size() < variable.toggles.size())
            bits.insert(0, variable.toggles.size() - bits.size(), extension);
        std::string value(bits.rbegin(), bits.rend());
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
};

}  // namespace

Expected<VcdToggles> count_vcd_toggles(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) return fail(Error{ErrorKind::System, "cannot be opened", {}, {file.string()}});
    Counter counter;
    for (std::string line; std::getline(stream, line);)
        if (!counter.read_line(line))
            return fail(
                Error{ErrorKind::ToolFailed, "changes a variable without a $var", {}, {file.string()}});
    return counter.result();
}

}  // namespace macaw::sim
