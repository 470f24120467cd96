// Writes small GGUF files (version 3) for tests: metadata and tensors in the order in which they are added.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "quantizer/llama/gguf_blocks.hpp"

namespace macaw::testing {

class GgufWriter {
  public:
    void text(const std::string& key, const std::string& value) {
        begin_value(key, 8);
        put_text(values_, value);
    }
    void number(const std::string& key, std::uint32_t value) {
        begin_value(key, 4);
        put(values_, value);
    }
    void real(const std::string& key, float value) {
        begin_value(key, 6);
        put(values_, value);
    }
    void flag(const std::string& key, bool value) {
        begin_value(key, 7);
        put(values_, static_cast<std::uint8_t>(value ? 1 : 0));
    }
    void texts(const std::string& key, const std::vector<std::string>& list) {
        begin_list(key, 8, list.size());
        for (const std::string& value : list) put_text(values_, value);
    }
    void integers(const std::string& key, const std::vector<std::int32_t>& list) {
        begin_list(key, 5, list.size());
        for (std::int32_t value : list) put(values_, value);
    }
    void reals(const std::string& key, const std::vector<float>& list) {
        begin_list(key, 6, list.size());
        for (float value : list) put(values_, value);
    }
    // shape: row-major; `data`: the bytes as the type stores them.
    void tensor(const std::string& name, const std::vector<std::int64_t>& shape, quantizer::GgufType type,
                const std::vector<std::byte>& data) {
        put_text(descriptions_, name);
        put(descriptions_, static_cast<std::uint32_t>(shape.size()));
        for (auto size = shape.rbegin(); size != shape.rend(); ++size) put(descriptions_, *size);
        put(descriptions_, static_cast<std::uint32_t>(type));
        put(descriptions_, static_cast<std::uint64_t>(data_.size()));
        data_.append(reinterpret_cast<const char*>(data.data()), data.size());
        data_.resize((data_.size() + 31) / 32 * 32);
        ++tensors_;
    }

    std::string bytes() const {
        std::string file = "GGUF";
        put(file, std::uint32_t{3});
        put(file, tensors_);
        put(file, value_count_);
        file += values_ + descriptions_;
        file.resize((file.size() + 31) / 32 * 32);
        return file + data_;
    }

  private:
    template <typename T>
    static void put(std::string& out, T value) {
        out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    static void put_text(std::string& out, const std::string& value) {
        put(out, static_cast<std::uint64_t>(value.size()));
        out += value;
    }
    void begin_value(const std::string& key, std::uint32_t type) {
        put_text(values_, key);
        put(values_, type);
        ++value_count_;
    }
    void begin_list(const std::string& key, std::uint32_t type, std::size_t count) {
        begin_value(key, 9);
        put(values_, type);
        put(values_, static_cast<std::uint64_t>(count));
    }

    std::string values_;
    std::string descriptions_;
    std::string data_;
    std::uint64_t value_count_ = 0;
    std::uint64_t tensors_ = 0;
};

}  // namespace macaw::testing
