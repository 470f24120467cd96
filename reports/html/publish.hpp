// Puts a finished set of files into a folder that may hold other things (the steps of the run). The files are
// made in a scratch folder inside it; publish() moves them in by rename, subfolders first and report.html
// last, so that a report.html that exists has everything it names beside it. Without publish() nothing of the
// folder has changed.
#pragma once

#include <filesystem>
#include <string>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"

namespace macaw::reports {

class Publication {
  public:
    static Expected<Publication> begin(const std::filesystem::path& folder);
    // Where to write until publish().
    const std::filesystem::path& path() const { return parts_.path(); }
    std::filesystem::path operator/(const std::string& name) const { return parts_ / name; }
    Expected<std::filesystem::path> make_folder(const std::string& name) const;
    // Replaces files and subfolders of the same names. The scratch folder goes when this object dies.
    Expected<void> publish();

  private:
    Publication(std::filesystem::path folder, OutputFolder parts)
        : folder_(std::move(folder)), parts_(std::move(parts)) {}
    std::filesystem::path folder_;
    OutputFolder parts_;
};

}  // namespace macaw::reports
