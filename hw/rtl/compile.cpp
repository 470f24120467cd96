// Flattens the hierarchy, orders all assignments by their dependencies and turns them into instructions.
//
// Every signal of every instance gets a place in the words; a port that is connected to a whole signal shares
// its place, so the hierarchy costs nothing at run time.
#include <deque>
#include <map>

#include "hw/rtl/instruction.hpp"
#include "hw/rtl/verify.hpp"

namespace macaw::rtl {

namespace {

using Places = std::vector<std::uint32_t>;  // [signal of one module instance]: its first word

// target = expression, with the names of one module instance.
struct Assignment {
    std::uint32_t target = 0;
    Expression expression;
    const Places* places = nullptr;
    // A register with a reset: the word of rst_ni and the value while it is low.
    std::optional<std::uint32_t> reset;
    const Expression* reset_value = nullptr;
};

class Compiler {
  public:
    explicit Compiler(const Design& design) : top_(design.top()) {}

    Program run() {
        // Registers first, their next values behind them, so that a clock edge is one copy.
        count_registers(top_);
        program_.register_words = register_words_;
        program_.words.assign(2 * std::size_t{register_words_}, 0);
        Places places(top_.signals().size(), 0);
        for (std::size_t i = 0; i < places.size(); ++i) {
            const SignalInfo& signal = top_.signals()[i];
            if (!signal.is_port()) continue;
            places[i] = allocate(signal.type);
            if (signal.kind != SignalKind::Clock)
                program_.ports.push_back({signal.name, places[i], signal.type, signal.is_input()});
        }
        flatten(top_, std::move(places));
        for (std::size_t index : ordered()) emit(assignments_[index]);
        return std::move(program_);
    }

  private:
    void count_registers(const Module& module) {
        for (const SignalInfo& signal : module.signals())
            if (signal.kind == SignalKind::Register) register_words_ += word_count(signal.type);
        for (const Instance& instance : module.instances()) count_registers(*instance.module);
    }

    std::uint32_t allocate(const Type& type) {
        std::uint32_t word = static_cast<std::uint32_t>(program_.words.size());
        program_.words.resize(program_.words.size() + word_count(type), 0);
        return word;
    }

    // Ports of `module` have their places already.
    void flatten(const Module& module, Places given) {
        Places& places = all_places_.emplace_back(std::move(given));
        for (std::size_t i = 0; i < places.size(); ++i) {
            const SignalInfo& signal = module.signals()[i];
            if (signal.kind == SignalKind::Wire) places[i] = allocate(signal.type);
            if (signal.kind != SignalKind::Register) continue;
            places[i] = next_register_;
            next_register_ += word_count(signal.type);
        }
        for (std::size_t i = 0; i < places.size(); ++i) {
            const SignalInfo& signal = module.signals()[i];
            if (signal.drivers.empty()) continue;
            Assignment assignment{places[i], signal.drivers[0], &places, {}, nullptr};
            if (signal.kind == SignalKind::Register) {
                assignment.target += register_words_;
                if (signal.reset) {
                    assignment.reset = places[static_cast<std::size_t>(module.find("rst_ni"))];
                    assignment.reset_value = &*signal.reset;
                }
            }
            assignments_.push_back(std::move(assignment));
        }
        for (const Instance& instance : module.instances()) flatten_instance(instance, places);
    }

    void flatten_instance(const Instance& instance, const Places& outer) {
        Places places(instance.module->signals().size(), 0);
        for (const Connection& connection : instance.connections) {
            std::size_t port = static_cast<std::size_t>(instance.module->find(connection.port));
            const Node& node = connection.value.node();
            if (node.operation == Operation::Signal) {
                places[port] = outer[static_cast<std::size_t>(node.signal)];
            } else {
                places[port] = allocate(connection.value.type());
                assignments_.push_back({places[port], connection.value, &outer, {}, nullptr});
            }
        }
        flatten(*instance.module, std::move(places));
    }

    // Indices of the assignments, each after those that it reads (Kahn); verify() has excluded loops.
    std::vector<std::size_t> ordered() const {
        std::map<std::uint32_t, std::size_t> writer;
        for (std::size_t i = 0; i < assignments_.size(); ++i) writer[assignments_[i].target] = i;
        std::vector<std::vector<std::size_t>> readers(assignments_.size());
        std::vector<std::size_t> missing(assignments_.size(), 0);
        for (std::size_t i = 0; i < assignments_.size(); ++i) {
            std::vector<int> signals;
            collect_signals(assignments_[i].expression, signals);
            for (int signal : signals) {
                auto found = writer.find((*assignments_[i].places)[static_cast<std::size_t>(signal)]);
                if (found == writer.end()) continue;  // an input or a register
                readers[found->second].push_back(i);
                ++missing[i];
            }
        }
        std::deque<std::size_t> ready;
        for (std::size_t i = 0; i < assignments_.size(); ++i)
            if (missing[i] == 0) ready.push_back(i);
        std::vector<std::size_t> order;
        while (!ready.empty()) {
            std::size_t index = ready.front();
            ready.pop_front();
            order.push_back(index);
            for (std::size_t reader : readers[index])
                if (--missing[reader] == 0) ready.push_back(reader);
        }
        require(order.size() == assignments_.size(), "RTL: a combinational loop in a verified design");
        return order;
    }

    void emit(const Assignment& assignment) {
        places_ = assignment.places;
        if (!assignment.reset) {
            value(assignment.expression, assignment.target);
            return;
        }
        std::uint32_t next = value(assignment.expression, {});
        std::uint32_t reset_value = value(*assignment.reset_value, {});
        Type type = assignment.expression.type();
        Instruction choose{type.is_wide() ? Opcode::SelectWide : Opcode::Select};
        choose.target = assignment.target;
        choose.a = *assignment.reset;
        choose.b = next;
        choose.c = reset_value;
        choose.count = word_count(type);
        program_.instructions.push_back(choose);
    }

    // The word where the value of `expression` will be; `target` when it is given.
    std::uint32_t value(const Expression& expression, std::optional<std::uint32_t> target) {
        const Node& node = expression.node();
        std::optional<std::uint32_t> present;
        if (node.operation == Operation::Signal) present = (*places_)[static_cast<std::size_t>(node.signal)];
        if (node.operation == Operation::Constant) present = constant_word(node);
        // Words hold values, not patterns: a wider word of the same value is the same word.
        if (node.operation == Operation::Extend) present = value(node.operands[0], {});
        if (present) {
            if (!target) return *present;
            Instruction copy{node.type.is_wide() ? Opcode::CopyWide : Opcode::Copy};
            copy.target = *target;
            copy.a = *present;
            copy.count = word_count(node.type);
            program_.instructions.push_back(copy);
            return *target;
        }
        std::uint32_t result = target ? *target : allocate(node.type);
        if (node.operation == Operation::Concatenate)
            emit_concatenation(node, result);
        else if (node.operation == Operation::Slice)
            emit_slice(node, result);
        else
            emit_operation(node, result);
        return result;
    }

    std::uint32_t constant_word(const Node& node) {
        std::uint32_t word = allocate(node.type);
        for (std::size_t i = 0; i < node.words.size(); ++i) program_.words[word + i] = node.words[i];
        if (node.type.is_signed() && !node.type.is_wide()) {
            int unused = 64 - node.type.width;
            program_.words[word] =
                static_cast<std::uint64_t>(static_cast<std::int64_t>(node.words[0] << unused) >> unused);
        }
        return word;
    }

    static Opcode opcode_of(const Node& node) {
        bool is_signed = node.type.is_signed();
        bool wide_operand = node.operands.back().type().is_wide();
        switch (node.operation) {
            case Operation::Not:
                return is_signed ? Opcode::Not : Opcode::NotUnsigned;
            case Operation::And:
                return Opcode::And;
            case Operation::Or:
                return Opcode::Or;
            case Operation::Xor:
                return wide_operand ? Opcode::XorWide : Opcode::Xor;
            case Operation::Add:
                return is_signed ? Opcode::AddSigned : Opcode::AddUnsigned;
            case Operation::Multiply:
                return Opcode::Multiply;
            case Operation::MultiplyModular:
                return Opcode::MultiplyUnsigned;
            case Operation::Equal:
                return Opcode::Equal;
            case Operation::Select:
                return wide_operand ? Opcode::SelectWide : Opcode::Select;
            case Operation::AnyBit:
                return wide_operand ? Opcode::AnyBitWide : Opcode::AnyBit;
            case Operation::AllBits:
                return Opcode::AllBits;
            default:
                return is_signed ? Opcode::SignExtend : Opcode::Mask;  // Truncate, AsSigned, AsUnsigned
        }
    }

    void emit_operation(const Node& node, std::uint32_t target) {
        Instruction instruction{opcode_of(node)};
        instruction.target = target;
        std::uint32_t* fields[] = {&instruction.a, &instruction.b, &instruction.c};
        for (std::size_t i = 0; i < node.operands.size(); ++i) *fields[i] = value(node.operands[i], {});
        instruction.count = word_count(node.operands.back().type());
        const Type& masked = node.operation == Operation::AllBits ? node.operands[0].type() : node.type;
        if (!masked.is_wide()) {
            instruction.shift = static_cast<std::uint8_t>(64 - masked.width);
            instruction.mask = low_mask(masked.width);
        }
        program_.instructions.push_back(instruction);
    }

    // 64 bits of the source at a time.
    void emit_slice(const Node& node, std::uint32_t target) {
        std::uint32_t source = value(node.operands[0], {});
        for (int done = 0; done < node.type.width; done += 64) {
            int low = node.low + done;
            int width = std::min(64, node.type.width - done);
            Instruction instruction{low % 64 + width > 64 ? Opcode::SliceAcross : Opcode::Slice};
            instruction.target = target + static_cast<std::uint32_t>(done / 64);
            instruction.a = source + static_cast<std::uint32_t>(low / 64);
            instruction.b = instruction.a + 1;
            instruction.shift = static_cast<std::uint8_t>(low % 64);
            instruction.mask = low_mask(width);
            program_.instructions.push_back(instruction);
        }
    }

    void emit_concatenation(const Node& node, std::uint32_t target) {
        Instruction clear{Opcode::Clear};
        clear.target = target;
        clear.count = word_count(node.type);
        std::vector<std::uint32_t> parts;
        for (const Expression& part : node.operands) parts.push_back(value(part, {}));
        program_.instructions.push_back(clear);
        int position = 0;
        for (std::size_t i = parts.size(); i-- > 0;) {
            int width = node.operands[i].width();
            for (int done = 0; done < width; done += 64)
                insert(parts[i] + static_cast<std::uint32_t>(done / 64), target, position + done,
                       std::min(64, width - done));
            position += width;
        }
    }

    void insert(std::uint32_t source, std::uint32_t target, int position, int width) {
        Instruction low{Opcode::Insert};
        low.target = target + static_cast<std::uint32_t>(position / 64);
        low.a = source;
        low.shift = static_cast<std::uint8_t>(position % 64);
        low.mask = low_mask(width);
        program_.instructions.push_back(low);
        if (position % 64 + width <= 64) return;
        Instruction high = low;
        high.opcode = Opcode::InsertHigh;
        high.target += 1;
        high.shift = static_cast<std::uint8_t>(64 - position % 64);
        program_.instructions.push_back(high);
    }

    const Module& top_;
    Program program_;
    std::deque<Places> all_places_;
    std::vector<Assignment> assignments_;
    const Places* places_ = nullptr;  // of the assignment that is being emitted
    std::uint32_t register_words_ = 0;
    std::uint32_t next_register_ = 0;
};

}  // namespace

Program compile(const Design& design) {
    require_verified(design);
    return Compiler(design).run();
}

}  // namespace macaw::rtl
