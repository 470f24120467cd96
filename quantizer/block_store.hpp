// Finished blocks of a quantization that is under way, so that interrupted work goes on behind the last of
// them. A folder of its own, valid for one key (options, inputs, program): whatever was there for another key
// is dropped. Not an output: the caller removes it when the quantized model is written.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "golden/support/file.hpp"
#include "quantizer/quantize_layer.hpp"

namespace macaw::quantizer {

class BlockStore {
  public:
    // Goes on with `folder` where it was made for the same `key`, else removes it; made by the first block.
    static BlockStore open(std::filesystem::path folder, Json key);

    // The layers of a block in the order of execution; nothing where the block was not finished. A block that
    // cannot be read (a full disk, a kill while it was renamed) counts as not finished.
    std::optional<std::vector<QuantizedLayerResult>> read(std::int64_t block) const;
    Expected<void> write(std::int64_t block, const golden::Datapath& datapath,
                         std::vector<QuantizedLayerResult> layers) const;

    // Removes the folder.
    void remove() const;

  private:
    BlockStore(std::filesystem::path folder, Json key) : folder_(std::move(folder)), key_(std::move(key)) {}
    std::filesystem::path folder_;
    Json key_;
};

}  // namespace macaw::quantizer
