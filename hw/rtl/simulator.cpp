#include "hw/rtl/simulator.hpp"

#include <algorithm>
#include <stdexcept>

#include "hw/rtl/instruction.hpp"

namespace macaw::rtl {

namespace {

std::uint64_t sign_extended(std::uint64_t value, int shift) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value << shift) >> shift);
}

bool any_of(const std::uint64_t* words, std::uint32_t count) {
    return std::any_of(words, words + count, [](std::uint64_t word) { return word != 0; });
}

void execute_wide(const Instruction& i, std::uint64_t* words) {
    std::uint64_t* target = words + i.target;
    switch (i.opcode) {
        case Opcode::Clear:
            std::fill_n(target, i.count, 0);
            break;
        case Opcode::CopyWide:
            std::copy_n(words + i.a, i.count, target);
            break;
        case Opcode::SelectWide:
            std::copy_n(words + (words[i.a] ? i.b : i.c), i.count, target);
            break;
        case Opcode::AnyBitWide:
            *target = any_of(words + i.a, i.count) ? 1 : 0;
            break;
        case Opcode::XorWide:
            for (std::uint32_t word = 0; word < i.count; ++word)
                target[word] = words[i.a + word] ^ words[i.b + word];
            break;
        default:
            throw std::logic_error("RTL: not a wide instruction");
    }
}

void execute(const std::vector<Instruction>& instructions, std::uint64_t* words) {
    for (const Instruction& i : instructions) {
        std::uint64_t a = words[i.a];
        std::uint64_t& target = words[i.target];
        switch (i.opcode) {
            case Opcode::Copy:
                target = a;
                break;
            case Opcode::Not:
                target = ~a;
                break;
            case Opcode::NotUnsigned:
                target = ~a & i.mask;
                break;
            case Opcode::And:
                target = a & words[i.b];
                break;
            case Opcode::Or:
                target = a | words[i.b];
                break;
            case Opcode::Xor:
                target = a ^ words[i.b];
                break;
            case Opcode::AddSigned:
                target = sign_extended(a + words[i.b], i.shift);
                break;
            case Opcode::AddUnsigned:
                target = (a + words[i.b]) & i.mask;
                break;
            case Opcode::Multiply:
                target = a * words[i.b];
                break;
            case Opcode::MultiplyUnsigned:
                target = (a * words[i.b]) & i.mask;
                break;
            case Opcode::Equal:
                target = a == words[i.b] ? 1 : 0;
                break;
            case Opcode::Select:
                target = words[a ? i.b : i.c];
                break;
            case Opcode::SignExtend:
                target = sign_extended(a, i.shift);
                break;
            case Opcode::Mask:
                target = a & i.mask;
                break;
            case Opcode::Slice:
                target = (a >> i.shift) & i.mask;
                break;
            case Opcode::SliceAcross:
                target = ((a >> i.shift) | (words[i.b] << (64 - i.shift))) & i.mask;
                break;
            case Opcode::Insert:
                target |= (a & i.mask) << i.shift;
                break;
            case Opcode::InsertHigh:
                target |= (a & i.mask) >> i.shift;
                break;
            case Opcode::AnyBit:
                target = a != 0 ? 1 : 0;
                break;
            case Opcode::AllBits:
                target = a == i.mask ? 1 : 0;
                break;
            default:
                execute_wide(i, words);
                break;
        }
    }
}

}  // namespace

Simulator::Simulator(const Design& design) {
    Program program = compile(design);
    for (const Program::Port& port : program.ports)
        ports_.push_back({port.name, {port.word, port.type, port.is_input}});
    instructions_ = std::move(program.instructions);
    words_ = std::move(program.words);
    register_words_ = program.register_words;
}

Simulator::~Simulator() = default;
Simulator::Simulator(Simulator&&) noexcept = default;

std::size_t Simulator::instruction_count() const {
    return instructions_.size();
}

bool Simulator::has_port(const std::string& name) const {
    return std::any_of(ports_.begin(), ports_.end(),
                       [&](const NamedPort& port) { return port.name == name; });
}

Simulator::Port Simulator::port(const std::string& name) const {
    for (const NamedPort& port : ports_)
        if (port.name == name) return port.port;
    throw std::logic_error("RTL: the top module has no port " + name);
}

void Simulator::prepare_to_set(const Port& port) {
    require(port.is_input, "RTL: an output cannot be set");
    is_evaluated_ = false;
}

void Simulator::set(const Port& port, std::int64_t value) {
    prepare_to_set(port);
    require(port.type.width <= golden::BitWidth::kMax, "RTL: use set_words for a wide port");
    golden::Range range = golden::range_of(golden::BitWidth(port.type.width), port.type.signedness);
    require(range.contains(value), "RTL: the value does not fit the port");
    words_[port.word] = static_cast<std::uint64_t>(value);
}

void Simulator::set_words(const Port& port, std::span<const std::uint64_t> words) {
    prepare_to_set(port);
    require(words.size() == word_count(port.type), "RTL: wrong number of words for the port");
    int last_width = (port.type.width - 1) % 64 + 1;
    require((words.back() & ~low_mask(last_width)) == 0, "RTL: bits beyond the width of the port");
    std::copy(words.begin(), words.end(), words_.begin() + port.word);
    if (port.type.is_signed() && !port.type.is_wide())
        words_[port.word] = sign_extended(words_[port.word], 64 - port.type.width);
}

void Simulator::set_bits(const Port& port, int low, int width, std::uint64_t bits) {
    prepare_to_set(port);
    require(!port.type.is_signed(), "RTL: bits of a signed port");
    require(low >= 0 && width >= 1 && width <= 64 && low + width <= port.type.width,
            "RTL: no such bits in the port");
    require((bits & ~low_mask(width)) == 0, "RTL: the bits do not fit their width");
    std::uint64_t* word = words_.data() + port.word + low / 64;
    int shift = low % 64;
    word[0] = (word[0] & ~(low_mask(width) << shift)) | (bits << shift);
    if (shift + width > 64) word[1] = (word[1] & ~(low_mask(width) >> (64 - shift))) | (bits >> (64 - shift));
}

void Simulator::evaluate() {
    if (!is_evaluated_) execute(instructions_, words_.data());
    is_evaluated_ = true;
}

void Simulator::clock_edge() {
    evaluate();
    std::copy_n(words_.begin() + register_words_, register_words_, words_.begin());
    is_evaluated_ = false;
}

std::int64_t Simulator::get(const Port& port) const {
    require(is_evaluated_ || port.is_input, "RTL: evaluate() first");
    require(!port.type.is_wide(), "RTL: use get_words for a wide port");
    return static_cast<std::int64_t>(words_[port.word]);
}

std::uint64_t Simulator::get_bits(const Port& port, int low, int width) const {
    require(is_evaluated_ || port.is_input, "RTL: evaluate() first");
    require(low >= 0 && width >= 1 && width <= 64 && low + width <= port.type.width,
            "RTL: no such bits in the port");
    const std::uint64_t* word = words_.data() + port.word + low / 64;
    int shift = low % 64;
    std::uint64_t bits = word[0] >> shift;
    if (shift + width > 64) bits |= word[1] << (64 - shift);
    return bits & low_mask(width);
}

std::span<const std::uint64_t> Simulator::get_words(const Port& port) const {
    require(is_evaluated_ || port.is_input, "RTL: evaluate() first");
    return {words_.data() + port.word, word_count(port.type)};
}

}  // namespace macaw::rtl
