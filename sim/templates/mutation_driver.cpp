// Plays the regression against the mutants of a netlist, one after the other, until each differs: `simulator
// <list of jobs> <first mutant> <last mutant>`. Compiled behind array_driver.cpp, whose bench it uses. The
// list has two lines a job: job file, file with the expected result. Prints a line a mutant: "7 survived", or
// "7 killed 3 output row 12 differs" with the index of the job. Exit code 1: file trouble.
namespace {

unsigned selected_mutant = 0;

struct MutatedArray : Varray {
    explicit MutatedArray(VerilatedContext* context) : Varray(context) { mutant_select_i = selected_mutant; }
};

struct ExpectedJob {
    Job job;
    Result expected;
};

std::vector<ExpectedJob> read_jobs(const char* path) {
    std::ifstream list(path);
    std::vector<ExpectedJob> jobs;
    std::string job, expected;
    while (std::getline(list, job) && std::getline(list, expected))
        jobs.push_back({read_job(job), read_result(expected)});
    if (jobs.empty()) throw std::runtime_error(std::string(path) + ": no jobs");
    return jobs;
}

// Empty where the recording is the expected one, down to the cycle.
std::string difference(const Result& actual, const Result& expected) {
    const ResultHeader& a = actual.header;
    const ResultHeader& e = expected.header;
    const std::size_t row_words = e.data_words + 2 * e.flag_words;
    for (std::size_t i = 0; i < expected.words.size(); ++i)
        if (actual.words.at(i) != expected.words[i])
            return "output row " + std::to_string(i / row_words) + " differs";
    if (a.sticky_overflow != e.sticky_overflow) return "overflow_o differs after the last output";
    if (a.cycles != e.cycles)
        return std::to_string(a.cycles) + " cycles instead of " + std::to_string(e.cycles);
    if (a.input_stall_cycles != e.input_stall_cycles) return "in_ready_o was low in other cycles";
    if (a.output_stall_cycles != e.output_stall_cycles) return "out_valid_o was high in other cycles";
    return {};
}

std::string play(const ExpectedJob& job) {
    VerilatedContext context;
    context.randReset(2);
    context.randSeed(static_cast<int>(job.job.header.seed & 0x7fffffffU) + 1);
    try {
        Bench<MutatedArray> bench(job.job, context, nullptr);
        return difference(bench.run(), job.expected);
    } catch (const std::runtime_error& violation) {
        return violation.what();
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: %s <list of jobs> <first mutant> <last mutant>\n", argv[0]);
        return 1;
    }
    try {
        const std::vector<ExpectedJob> jobs = read_jobs(argv[1]);
        const auto last = static_cast<unsigned>(std::stoul(argv[3]));
        for (selected_mutant = static_cast<unsigned>(std::stoul(argv[2])); selected_mutant <= last;
             ++selected_mutant) {
            std::string seen;
            std::size_t at = 0;
            for (; at < jobs.size() && seen.empty(); ++at) seen = play(jobs[at]);
            if (seen.empty())
                std::printf("%u survived\n", selected_mutant);
            else
                std::printf("%u killed %zu %s\n", selected_mutant, at - 1, seen.c_str());
        }
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        return 1;
    }
    return 0;
}
