// The files that Tokenizer::load reads.
#pragma once

#include <filesystem>

#include "quantizer/llama/tokenizer.hpp"

namespace macaw::quantizer {

// Hugging Face's tokenizer.json: byte-level BPE with the pre-tokenizer of GPT-2, Llama 3 or SmolLM.
Expected<Tokenizer> read_tokenizer_json(const std::filesystem::path& file);

// Whether a tokenizer.json is the translation of a SentencePiece model (BPE with byte_fallback).
Expected<bool> restates_sentence_piece(const std::filesystem::path& file);

// A SentencePiece model.
Expected<Tokenizer> read_tokenizer_model(const std::filesystem::path& file);

// The tokenizer in the metadata of a GGUF file: tokenizer.ggml.model "gpt2" (byte-level BPE with the
// pre-tokenizer of GPT-2, Llama 3 or SmolLM) or "llama" (SentencePiece).
Expected<Tokenizer> read_gguf_tokenizer(const std::filesystem::path& file);

}  // namespace macaw::quantizer
