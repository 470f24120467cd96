#include "golden/support/csv.hpp"

namespace macaw {

namespace {

std::string quoted(const std::string& cell) {
    if (cell.find_first_of(",\"\n\r") == std::string::npos) return cell;
    std::string text = "\"";
    for (char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + "\"";
}

std::string line_of(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) line += (i > 0 ? "," : "") + quoted(cells[i]);
    return line + "\n";
}

// Splits RFC 4180 text into records.
std::vector<std::vector<std::string>> records_of(const std::string& text) {
    std::vector<std::vector<std::string>> records;
    std::vector<std::string> record;
    std::string cell;
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (inside) {
            if (c != '"')
                cell += c;
            else if (i + 1 < text.size() && text[i + 1] == '"')
                cell += text[++i];
            else
                inside = false;
        } else if (c == '"') {
            inside = true;
        } else if (c == ',') {
            record.push_back(std::move(cell));
            cell.clear();
        } else if (c == '\n') {
            record.push_back(std::move(cell));
            cell.clear();
            records.push_back(std::move(record));
            record.clear();
        } else {
            cell += c;
        }
    }
    return records;
}

}  // namespace

void Table::add_row(std::vector<Json> cells) {
    require(cells.size() == columns_.size(), "Table: a row with another number of cells than columns");
    std::vector<std::string> row;
    for (const Json& cell : cells) row.push_back(cell.is_string() ? cell.get<std::string>() : cell.dump());
    rows_.push_back(std::move(row));
}

Json Table::json() const {
    Json list = Json::array();
    for (const std::vector<std::string>& cells : rows_) {
        Json row = Json::object();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            Json value = Json::parse(cells[i], nullptr, false);
            row[columns_[i]] = value.is_discarded() ? Json(cells[i]) : value;
        }
        list.push_back(std::move(row));
    }
    return list;
}

std::string Table::text() const {
    std::string text = line_of(columns_);
    for (const auto& row : rows_) text += line_of(row);
    return text;
}

Expected<void> Table::write(const std::filesystem::path& file) const {
    return write_text(file, text());
}

Expected<Table> Table::read(const std::filesystem::path& file) {
    MACAW_TRY(std::string text, read_text(file));
    auto records = records_of(text);
    if (records.empty())
        return fail(Error{ErrorKind::BadInput, "is an empty table", {}, {file.string(), 1, 1}});
    Table table(records[0]);
    for (std::size_t i = 1; i < records.size(); ++i) {
        if (records[i].size() != table.columns_.size())
            return fail(Error{ErrorKind::BadInput,
                              "this row has another number of cells than the header",
                              {},
                              {file.string(), static_cast<int>(i) + 1, 1}});
        table.rows_.push_back(records[i]);
    }
    return table;
}

}  // namespace macaw
