// See aiger.hpp.
#include "sim/mutation/aiger.hpp"

#include <algorithm>
#include <sstream>

#include "golden/support/file.hpp"

namespace macaw::sim {

namespace {

class Reader {
  public:
    Reader(std::string text, std::string file) : text_(std::move(text)), file_(std::move(file)) {}

    Expected<Aiger> run() {
        std::istringstream header(line());
        std::string magic;
        std::uint32_t variables = 0, latches = 0, outputs = 0, gates = 0;
        Aiger aiger;
        if (!(header >> magic >> variables >> aiger.inputs >> latches >> outputs >> gates) ||
            magic != "aig" || variables != aiger.inputs + latches + gates)
            return broken("is not a binary AIGER file");
        for (std::uint32_t latch = 0; latch < latches; ++latch) {
            std::istringstream words(line());
            Aiger::Latch read;
            int start = 0;
            if (!(words >> read.next)) return broken("a latch is missing");
            if (words >> start) read.start = start == 1;
            aiger.latches.push_back(read);
        }
        for (std::uint32_t output = 0; output < outputs; ++output) {
            std::istringstream words(line());
            Literal literal = 0;
            if (!(words >> literal)) return broken("an output is missing");
            aiger.outputs.push_back(literal);
        }
        for (std::uint32_t gate = 0; gate < gates; ++gate) {
            const Literal own = 2 * (aiger.inputs + latches + gate + 1);
            const Literal larger = own - number();
            const Literal smaller = larger - number();
            if (larger >= own || smaller > larger) return broken("its gates are not in order");
            aiger.gates.push_back({larger, smaller});
        }
        return aiger;
    }

  private:
    tl::unexpected<Error> broken(const std::string& what) const {
        return fail(Error{ErrorKind::ToolFailed, what, {}, {file_}});
    }
    std::string line() {
        std::size_t end = std::min(text_.find('\n', at_), text_.size());
        std::string result = text_.substr(std::min(at_, text_.size()), end - at_);
        at_ = end + 1;
        return result;
    }
    // Seven bits a byte, least significant first, the top bit says that more follow.
    std::uint32_t number() {
        std::uint32_t value = 0;
        for (int shift = 0; at_ < text_.size() && shift < 32; shift += 7) {
            const auto byte = static_cast<unsigned char>(text_[at_++]);
            value |= static_cast<std::uint32_t>(byte & 0x7fU) << shift;
            if ((byte & 0x80U) == 0) break;
        }
        return value;
    }

    std::string text_;
    std::string file_;
    std::size_t at_ = 0;
};

void append_number(std::string& text, std::uint32_t value) {
    while (value >= 0x80) {
        text += static_cast<char>(static_cast<unsigned char>((value & 0x7fU) | 0x80U));
        value >>= 7U;
    }
    text += static_cast<char>(static_cast<unsigned char>(value));
}

Literal add_gate(Aiger& aiger, Literal a, Literal b) {
    aiger.gates.push_back({std::max(a, b), std::min(a, b)});
    return 2 * (aiger.inputs + static_cast<Literal>(aiger.latches.size() + aiger.gates.size()));
}

Literal add_xor(Aiger& aiger, Literal a, Literal b) {
    if (a == b) return 0;
    const Literal only_a = add_gate(aiger, a, b ^ 1U);
    const Literal only_b = add_gate(aiger, a ^ 1U, b);
    return add_gate(aiger, only_a ^ 1U, only_b ^ 1U) ^ 1U;
}

}  // namespace

Expected<Aiger> read_aiger(const std::filesystem::path& file) {
    MACAW_TRY(std::string text, read_text(file));
    return Reader(std::move(text), file.string()).run();
}

Expected<void> write_aiger(const std::filesystem::path& file, const Aiger& aiger) {
    const std::size_t first_gate = aiger.inputs + aiger.latches.size() + 1;
    std::string text = fmt::format("aig {} {} {} {} {}\n", first_gate - 1 + aiger.gates.size(), aiger.inputs,
                                   aiger.latches.size(), aiger.outputs.size(), aiger.gates.size());
    for (const Aiger::Latch& latch : aiger.latches)
        text += fmt::format("{}{}\n", latch.next, latch.start ? " 1" : "");
    for (Literal output : aiger.outputs) text += fmt::format("{}\n", output);
    for (std::size_t gate = 0; gate < aiger.gates.size(); ++gate) {
        const auto [larger, smaller] = aiger.gates[gate];
        append_number(text, static_cast<Literal>(2 * (first_gate + gate)) - larger);
        append_number(text, larger - smaller);
    }
    return write_text(file, text);
}

Aiger with_shared_state(const Aiger& aiger, const std::vector<LatchCut>& cuts) {
    Aiger open;
    // Inputs, then latches that became inputs, then kept latches.
    std::vector<Literal> literal_of(1 + aiger.inputs + aiger.latches.size() + aiger.gates.size());
    Literal variable = 0;
    auto number = [&](std::size_t old) { literal_of[old] = 2 * variable++; };
    for (std::size_t input = 0; input <= aiger.inputs; ++input) number(input);
    auto is_input = [&](const LatchCut& cut) { return !cut.fixed && !cut.kept && !cut.partner; };
    for (std::size_t latch = 0; latch < cuts.size(); ++latch)
        if (is_input(cuts[latch])) number(aiger.latch_literal(latch) / 2);
    open.inputs = variable - 1;
    for (std::size_t latch = 0; latch < cuts.size(); ++latch)
        if (cuts[latch].kept) {
            number(aiger.latch_literal(latch) / 2);
            open.latches.push_back({0, aiger.latches[latch].start});
        }
    for (std::size_t latch = 0; latch < cuts.size(); ++latch) {
        Literal& literal = literal_of[aiger.latch_literal(latch) / 2];
        if (cuts[latch].fixed) literal = aiger.latches[latch].start ? 1 : 0;
        if (cuts[latch].partner && !cuts[latch].kept)
            literal = literal_of[aiger.latch_literal(*cuts[latch].partner) / 2];
    }
    auto mapped = [&](Literal literal) { return literal_of[literal / 2] ^ (literal & 1U); };
    for (std::size_t gate = 0; gate < aiger.gates.size(); ++gate)
        literal_of[1 + aiger.inputs + aiger.latches.size() + gate] =
            add_gate(open, mapped(aiger.gates[gate][0]), mapped(aiger.gates[gate][1]));
    for (Literal output : aiger.outputs) open.outputs.push_back(mapped(output));
    std::size_t kept = 0;
    for (std::size_t latch = 0; latch < cuts.size(); ++latch) {
        const Literal next = mapped(aiger.latches[latch].next);
        if (cuts[latch].kept)
            open.latches[kept++].next = next;
        else if (cuts[latch].partner)
            open.outputs.push_back(add_xor(open, next, mapped(aiger.latches[*cuts[latch].partner].next)));
    }
    return open;
}

std::vector<std::size_t> cone_sizes(const Aiger& aiger, std::size_t most) {
    const std::size_t first_gate = 1 + aiger.inputs + aiger.latches.size();
    std::vector<std::size_t> seen_by(aiger.gates.size(), SIZE_MAX), sizes;
    for (std::size_t latch = 0; latch < aiger.latches.size(); ++latch) {
        std::size_t size = 0;
        std::vector<Literal> open = {aiger.latches[latch].next};
        while (!open.empty() && size < most) {
            const std::size_t variable = open.back() / 2;
            open.pop_back();
            if (variable < first_gate || seen_by[variable - first_gate] == latch) continue;
            seen_by[variable - first_gate] = latch;
            ++size;
            for (Literal operand : aiger.gates[variable - first_gate]) open.push_back(operand);
        }
        sizes.push_back(size);
    }
    return sizes;
}

}  // namespace macaw::sim
