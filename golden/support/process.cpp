#include "golden/support/process.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "golden/support/progress.hpp"

namespace macaw {
namespace fs = std::filesystem;

namespace {

// The end of a long output, which is where tools say why they failed.
std::string last_lines(const std::string& text, int lines) {
    std::size_t at = text.size();
    while (at > 0 && lines > 0) {
        at = text.rfind('\n', at - 1);
        if (at == std::string::npos) return text;
        --lines;
    }
    return text.substr(at == 0 ? 0 : at + 1);
}

[[noreturn]] void become(const std::vector<std::string>& command, const ProcessOptions& options, int input,
                         int output, int errors) {
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    if (options.time_limit) {  // a group of its own, so that what it starts can be ended with it
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    }
    if (!options.working_folder.empty() && ::chdir(options.working_folder.c_str()) != 0) ::_exit(126);
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

// So that no wish to stop is lost: a child would have our handler, which only sets a flag, until it has
// become another program. And it is to end where nobody reads its output.
pid_t fork_that_can_be_stopped() {
    sigset_t stops, before;
    ::sigemptyset(&stops);
    for (int number : {SIGINT, SIGTERM}) ::sigaddset(&stops, number);
    ::pthread_sigmask(SIG_BLOCK, &stops, &before);
    const pid_t child = ::fork();
    if (child == 0) {
        for (int number : {SIGINT, SIGTERM}) {
            struct sigaction action {};
            ::sigaction(number, nullptr, &action);
            if (action.sa_handler != SIG_IGN) ::signal(number, SIG_DFL);
        }
        ::signal(SIGPIPE, SIG_DFL);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return child;
}

struct Pipe {
    int read_end = -1;
    int write_end = -1;
};

Expected<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return fail(ErrorKind::System, "no pipe: {}", std::strerror(errno));
    return Pipe{ends[0], ends[1]};
}

// Tells a program to stop when the user wants to, or ends the group of processes of one that has a time
// limit, then and when its time is over. Asked every now and then.
class Watch {
  public:
    Watch(pid_t child, const ProcessOptions& options)
        : child_(child),
          limit_(options.time_limit),
          end_(std::chrono::steady_clock::now() + limit_.value_or(std::chrono::milliseconds(0))) {}
    int poll_milliseconds() const { return ended_ ? -1 : (limit_ ? 50 : 200); }
    void look() {
        if (ended_) return;
        timed_out_ = limit_ && std::chrono::steady_clock::now() >= end_;
        ended_ = timed_out_ || interrupted();
        if (!ended_) return;
        if (limit_)
            ::kill(-child_, SIGKILL);
        else
            ::kill(child_, SIGTERM);
    }
    bool timed_out() const { return timed_out_; }

  private:
    pid_t child_;
    std::optional<std::chrono::milliseconds> limit_;
    std::chrono::steady_clock::time_point end_;
    bool ended_ = false, timed_out_ = false;
};

// Feeds `input` and collects the output at the same time, so that neither side can block the other.
std::string exchange(int write_end, int read_end, const std::string& input, Watch& watch) {
    std::string output;
    std::size_t written = 0;
    std::array<char, 1 << 16> buffer{};
    ::fcntl(write_end, F_SETFL, O_NONBLOCK);
    if (input.empty()) {
        ::close(write_end);
        write_end = -1;
    }
    while (true) {
        std::array<pollfd, 2> waits{{{read_end, POLLIN, 0}, {write_end, POLLOUT, 0}}};
        if (::poll(waits.data(), 2, watch.poll_milliseconds()) < 0 && errno != EINTR) break;
        watch.look();
        if (waits[1].revents != 0 && write_end >= 0) {
            ssize_t n = ::write(write_end, input.data() + written, input.size() - written);
            if (n > 0) written += static_cast<std::size_t>(n);
            if (written == input.size() || (n < 0 && errno != EAGAIN && errno != EINTR)) {
                ::close(write_end);
                write_end = -1;
            }
        }
        if (waits[0].revents != 0) {
            ssize_t n = ::read(read_end, buffer.data(), buffer.size());
            if (n == 0) break;
            if (n > 0) output.append(buffer.data(), static_cast<std::size_t>(n));
        }
    }
    if (write_end >= 0) ::close(write_end);
    ::close(read_end);
    return output;
}

int exit_code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Also where only the tool was told to, as Slurm's time limit may do first, or ended well when it was (vvp).
bool was_told_to_stop(int exit_code) {
    return exit_code == 128 + SIGINT || exit_code == 128 + SIGTERM || interrupted();
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return exit_code_of(status);
}

// As wait_for, but a wish to stop is passed on. Looks again every now and then: a signal that comes between
// the question and the wait would not end the wait.
int wait_and_pass_on_interrupts(pid_t child) {
    bool told = false;
    while (true) {
        int status = 0;
        if (::waitpid(child, &status, WNOHANG) != 0) return exit_code_of(status);
        if (interrupted() && !told) told = ::kill(child, SIGTERM) == 0;
        // glibc 2.36 declares pidfd_open for C only.
        pollfd until_it_ends{static_cast<int>(::syscall(SYS_pidfd_open, child, 0)), POLLIN, 0};
        ::poll(&until_it_ends, 1, 200);
        ::close(until_it_ends.fd);
    }
}

std::string package_of(const std::string& program) {
    for (const Tool& tool : known_tools())
        if (tool.program == program) return tool.package;
    return {};
}

}  // namespace

Expected<void> check_program(const std::string& program) {
    if (find_program(program)) return {};
    Error error{ErrorKind::MissingTool, fmt::format("program \"{}\" was not found", program), {}, {}};
    std::string package = package_of(program);
    if (!package.empty())
        error.hint = fmt::format("apt-get install {}   (macaw doctor lists all tools)", package);
    return fail(std::move(error));
}

std::optional<fs::path> find_program(const std::string& name) {
    if (name.find('/') != std::string::npos)
        return ::access(name.c_str(), X_OK) == 0 ? std::optional<fs::path>(fs::absolute(name)) : std::nullopt;
    const char* path = std::getenv("PATH");
    std::string folders = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
    std::size_t begin = 0;
    while (begin <= folders.size()) {
        std::size_t end = std::min(folders.find(':', begin), folders.size());
        fs::path candidate = fs::path(folders.substr(begin, end - begin)) / name;
        if (::access(candidate.c_str(), X_OK) == 0 && fs::is_regular_file(candidate)) return candidate;
        begin = end + 1;
    }
    return std::nullopt;
}

Expected<ProcessResult> run_process(const std::vector<std::string>& command, const ProcessOptions& options) {
    require(!command.empty(), "run_process: empty command");
    MACAW_CHECK(check_program(command[0]));
    MACAW_CHECK(stop_if_interrupted());
    ::signal(SIGPIPE, SIG_IGN);
    MACAW_TRY(Pipe input, make_pipe());
    MACAW_TRY(Pipe output, make_pipe());
    pid_t child = fork_that_can_be_stopped();
    if (child < 0) return fail(ErrorKind::System, "cannot start {}: {}", command[0], std::strerror(errno));
    if (child == 0) become(command, options, input.read_end, output.write_end, output.write_end);
    ::close(input.read_end);
    ::close(output.write_end);
    if (options.time_limit) ::setpgid(child, child);  // here too: whichever comes first
    Watch watch(child, options);
    ProcessResult result;
    result.output = exchange(input.write_end, output.read_end, options.standard_input, watch);
    result.exit_code = wait_for(child);
    result.timed_out = watch.timed_out();
    if (was_told_to_stop(result.exit_code))
        return fail(ErrorKind::Interrupted, "{} was interrupted", command[0]);
    return result;
}

Expected<int> run_in_foreground(const std::vector<std::string>& command,
                                const std::vector<std::pair<std::string, std::string>>& environment) {
    require(!command.empty(), "run_in_foreground: empty command");
    MACAW_CHECK(check_program(command[0]));
    MACAW_CHECK(stop_if_interrupted());
    pid_t child = fork_that_can_be_stopped();
    if (child < 0) return fail(ErrorKind::System, "cannot start {}: {}", command[0], std::strerror(errno));
    if (child == 0) {
        for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
        become(command, {}, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);
    }
    return wait_and_pass_on_interrupts(child);
}

Expected<std::string> run_tool(const std::vector<std::string>& command, const ProcessOptions& options) {
    MACAW_TRY(ProcessResult result, run_process(command, options));
    if (result.exit_code == 0) return std::move(result.output);
    return fail(ErrorKind::ToolFailed, "{} failed with exit code {}:\n{}", command[0], result.exit_code,
                last_lines(result.output, 15));
}

const std::vector<Tool>& known_tools() {
    static const std::vector<Tool> tools = {
        {"ninja", "ninja-build", "macaw run, macaw sweep (runs the graph of steps)", {"ninja", "--version"}},
        {"verilator",
         "verilator",
         "macaw cosim, macaw verify (simulation of the generated RTL)",
         {"verilator", "--version"}},
        {"g++", "g++", "macaw cosim, macaw verify (compile the verilated model)", {"g++", "--version"}},
        {"make", "make", "macaw cosim, macaw verify (build the verilated model)", {"make", "--version"}},
        {"yosys", "yosys", "macaw synth (logic synthesis), macaw prove, macaw verify", {"yosys", "-V"}},
        {"z3", "z3", "macaw prove (proofs by induction)", {"z3", "--version"}},
        {"berkeley-abc",
         "berkeley-abc",
         "macaw synth (technology mapping), macaw prove (proofs by reachability)",
         {"dpkg-query", "-W", "berkeley-abc"}},
        {"sta", "opensta", "macaw synth (timing and power)", {"sta", "-version"}},
        {"gnuplot", "gnuplot-nox", "macaw report (plots)", {"gnuplot", "--version"}},
        {"iverilog",
         "iverilog",
         "macaw verify, macaw glitch (an independent Verilog simulator)",
         {"iverilog", "-V"}},
        {"bible", "bible-kjv", "scripts/texts (the demo's texts)", {"dpkg-query", "-W", "bible-kjv"}},
        {"srun",
         "slurm-client",
         "macaw run --slurm, macaw sweep --slurm (the steps as jobs of a cluster)",
         {"srun", "--version"},
         true},
    };
    return tools;
}

Expected<std::string> tool_version(const Tool& tool) {
    MACAW_TRY(ProcessResult result, run_process(tool.version_command));
    return result.output.substr(0, result.output.find('\n'));
}

}  // namespace macaw
