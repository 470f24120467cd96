// A table on its way to a CSV file (RFC 4180) and to the report. Column names carry their unit: "area_um2".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "golden/support/error.hpp"
#include "golden/support/file.hpp"

namespace macaw {

class Table {
  public:
    explicit Table(std::vector<std::string> columns) : columns_(std::move(columns)) {}
    // One cell a column; numbers are written with the shortest digits that read back equal.
    void add_row(std::vector<Json> cells);
    const std::vector<std::string>& columns() const { return columns_; }
    const std::vector<std::vector<std::string>>& rows() const { return rows_; }
    std::string text() const;
    Expected<void> write(const std::filesystem::path& file) const;
    static Expected<Table> read(const std::filesystem::path& file);

    // A list of objects, one a row; cells that read as JSON (numbers, true, false) are such values.
    Json json() const;

  private:
    std::vector<std::string> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace macaw
