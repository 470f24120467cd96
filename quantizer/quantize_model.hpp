// A whole model into codes: block by block, and inside a block group by group in the order of execution, each
// layer calibrated on the quantized activations of the model that is already quantized in front of it.
// With a BlockStore, interrupted work goes on behind the last finished block, with equal codes.
#pragma once

#include <vector>

#include "golden/quantized_layer.hpp"
#include "quantizer/block_store.hpp"
#include "quantizer/llama/checkpoint.hpp"
#include "quantizer/llama/tokenizer.hpp"
#include "quantizer/options.hpp"
#include "quantizer/quantize_layer.hpp"

namespace macaw::quantizer {

struct NamedStatistics {
    std::string layer;
    LayerStatistics statistics;
};

struct QuantizationResult {
    golden::QuantizedModel model;         // provenance filled: see provenance_of in quantize_model.cpp
    std::vector<NamedStatistics> layers;  // in the order of execution
    LayerStatistics total;
    std::optional<Checkpoint>
        prepared;  // where options.preparation changes anything: its frame goes with the codes
};

// Calibrates on the first options.calibration_windows windows of `text`. The codes do not depend on the
// number of threads. Errors: an impossible datapath, a text that is too short, a Hessian that cannot be
// factorised, a layer that does not fit P_O (under Constraint::Axe).
Expected<QuantizationResult> quantize_model(Checkpoint checkpoint, const TokenizedText& text,
                                            const golden::Datapath& datapath, const QuantizerOptions& options,
                                            const BlockStore* store = nullptr);

}  // namespace macaw::quantizer
