#include "testbench/support/cli/slurm_node.hpp"

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "golden/support/file.hpp"
#include "golden/support/process.hpp"

namespace macaw::testing {
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kPause{100};

// Tries for `seconds` until `done` holds.
template <typename Condition>
bool within(int seconds, Condition done) {
    for (int left = seconds * 10; left > 0; --left) {
        if (done()) return true;
        std::this_thread::sleep_for(kPause);
    }
    return done();
}

int free_port() {
    int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(descriptor);
    return ntohs(address.sin_port);
}

std::string host_name() {
    std::string name(256, '\0');
    ::gethostname(name.data(), name.size() - 1);
    return name.substr(0, std::min(name.find('\0'), name.find('.')));
}

// Accounting, cgroups and pinning are left out: they want services or rights that a test does not have.
std::string configuration(const std::string& folder) {
    return fmt::format(
        "ClusterName=macaw\nSlurmctldHost={host}(127.0.0.1)\nSlurmctldPort={controller}\n"
        "SlurmdPort={node}\nSlurmUser=root\nSlurmdUser=root\nAuthType=auth/munge\n"
        "AuthInfo=socket={folder}/munge.socket\nCredType=cred/munge\n"
        "CommunicationParameters=NoInAddrAny,NoCtldInAddrAny\nMpiDefault=none\n"
        "ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\n"
        "JobAcctGatherType=jobacct_gather/none\nAccountingStorageType=accounting_storage/none\n"
        "SelectType=select/cons_tres\nSelectTypeParameters=CR_Core\nReturnToService=2\n"
        "StateSaveLocation={folder}/state\nSlurmdSpoolDir={folder}/spool\n"
        "SlurmctldPidFile={folder}/slurmctld.pid\nSlurmdPidFile={folder}/slurmd.pid\n"
        "SlurmctldLogFile={folder}/slurmctld.log\nSlurmdLogFile={folder}/slurmd.log\n"
        "NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN\n"
        "PartitionName=small Nodes={host} Default=YES MaxTime=INFINITE State=UP\n",
        fmt::arg("host", host_name()), fmt::arg("controller", free_port()), fmt::arg("node", free_port()),
        fmt::arg("folder", folder), fmt::arg("cpus", std::max(1U, std::thread::hardware_concurrency())));
}

std::string output_of(const std::vector<std::string>& command) {
    auto result = run_process(command);
    return result && result->exit_code == 0 ? result->output : "";
}

void must(const Expected<void>& result) {
    if (!result) throw std::runtime_error(to_text(result.error()));
}

}  // namespace

std::string SlurmNode::obstacle() {
    if (::geteuid() != 0) return "only root can run slurmd";
    for (const char* program : {"munged", "slurmctld", "slurmd", "srun", "squeue", "sinfo", "scancel"})
        if (!find_program(program))
            return fmt::format("{} is missing (apt-get install slurmctld slurmd slurm-client munge)",
                               program);
    return {};
}

SlurmNode::SlurmNode() {
    configure();
    const std::string folder = scratch_.path().string();
    try {
        // --force: it also serves from a folder below /tmp.
        start({"munged", "--foreground", "--force", "--key-file=" + folder + "/munge.key",
               "--socket=" + folder + "/munge.socket", "--pid-file=" + folder + "/munged.pid",
               "--log-file=" + folder + "/munged.log", "--seed-file=" + folder + "/munge.seed"});
        within(20, [&] { return fs::exists(scratch_.path() / "munge.socket"); });
        start({"slurmctld", "-D", "-f", folder + "/slurm.conf"});
        start({"slurmd", "-D", "-f", folder + "/slurm.conf"});
        if (!within(60, [&] { return is_up(); })) {
            std::string logs;
            for (const char* name : {"munged", "slurmctld", "slurmd"})
                logs += read_text(scratch_.path() / (std::string(name) + ".out")).value_or("");
            throw std::runtime_error("Slurm does not come up:\n" + logs);
        }
    } catch (...) {
        stop();
        throw;
    }
}

SlurmNode::~SlurmNode() {
    stop();
}

void SlurmNode::configure() {
    const fs::path folder = scratch_.path();
    for (const char* name : {"state", "spool"}) fs::create_directory(folder / name);
    std::string key(1024, '\0');
    std::ifstream("/dev/urandom").read(key.data(), static_cast<std::streamsize>(key.size()));
    must(write_text(folder / "munge.key", key));
    fs::permissions(folder / "munge.key", fs::perms::owner_read);
    must(write_text(folder / "slurm.conf", configuration(folder.string())));
    ::setenv("SLURM_CONF", (folder / "slurm.conf").c_str(), 1);
}

void SlurmNode::start(const std::vector<std::string>& command) {
    const std::string log = (scratch_.path() / (command.front() + ".out")).string();
    pid_t child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::setpgid(0, 0);  // an interrupted test stops them by itself
        int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        ::dup2(output, STDOUT_FILENO);
        ::dup2(output, STDERR_FILENO);
        std::vector<char*> arguments;
        for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    daemons_.push_back(child);
}

bool SlurmNode::is_up() const {
    return output_of({"sinfo", "--noheader", "--format=%t"}).starts_with("idle");
}

std::multiset<std::string> SlurmNode::jobs(const std::string& state) const {
    std::istringstream lines(output_of({"squeue", "--noheader", "--states=" + state, "--format=%j"}));
    std::multiset<std::string> names;
    for (std::string line; std::getline(lines, line);) names.insert(line.substr(0, line.find(' ')));
    return names;
}

bool SlurmNode::becomes_empty() const {
    return within(10, [] { return output_of({"squeue", "--noheader"}).empty(); });
}

// Jobs first: they would outlive slurmd.
void SlurmNode::stop() {
    if (is_up() || !jobs("all").empty()) {
        output_of({"scancel", "--user=root"});
        becomes_empty();
    }
    for (std::size_t index = daemons_.size(); index-- > 0;) {
        const pid_t daemon = daemons_[index];
        ::kill(daemon, SIGTERM);
        if (within(10, [&] { return ::waitpid(daemon, nullptr, WNOHANG) != 0; })) continue;
        ::kill(daemon, SIGKILL);
        ::waitpid(daemon, nullptr, 0);
    }
    daemons_.clear();
    ::unsetenv("SLURM_CONF");
}

}  // namespace macaw::testing
