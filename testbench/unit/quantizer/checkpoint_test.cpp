#include "quantizer/llama/checkpoint.hpp"

#include <bit>
#include <fstream>
#include <functional>

#include "golden/support/safetensors.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

namespace fs = std::filesystem;
using namespace macaw;
using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

// A model of one block with 2 heads of 2, one key/value head and 5 tokens; tensors of ascending numbers.
class SmallModel {
  public:
    SmallModel() {
        config_ = {{"architectures", {"LlamaForCausalLM"}},
                   {"hidden_size", 4},
                   {"intermediate_size", 6},
                   {"num_hidden_layers", 1},
                   {"num_attention_heads", 2},
                   {"num_key_value_heads", 1},
                   {"vocab_size", 5},
                   {"max_position_embeddings", 8},
                   {"rms_norm_eps", 1e-5},
                   {"tie_word_embeddings", true}};
        add("model.embed_tokens.weight", {5, 4});
        add("model.norm.weight", {4});
        for (const char* norm : {"input_layernorm", "post_attention_layernorm"})
            add(fmt::format("model.layers.0.{}.weight", norm), {4});
        add("model.layers.0.self_attn.q_proj.weight", {4, 4});
        add("model.layers.0.self_attn.k_proj.weight", {2, 4});
        add("model.layers.0.self_attn.v_proj.weight", {2, 4});
        add("model.layers.0.self_attn.o_proj.weight", {4, 4});
        add("model.layers.0.mlp.gate_proj.weight", {6, 4});
        add("model.layers.0.mlp.up_proj.weight", {6, 4});
        add("model.layers.0.mlp.down_proj.weight", {4, 6});
    }

    void add(const std::string& name, std::vector<std::int64_t> shape, ElementType type = ElementType::F32) {
        std::size_t count = 1;
        for (std::int64_t size : shape) count *= static_cast<std::size_t>(size);
        std::vector<std::byte> bytes(count * size_of(type));
        if (type == ElementType::F32)
            for (std::size_t i = 0; i < count; ++i) {
                auto value = static_cast<float>(i);
                std::memcpy(&bytes[4 * i], &value, 4);
            }
        tensors_[name] = {type, std::move(shape), std::move(bytes)};
    }
    void set_half_words(const std::string& name, ElementType type, std::vector<std::uint16_t> words) {
        tensors_[name].type = type;
        tensors_[name].bytes.resize(2 * words.size());
        std::memcpy(tensors_[name].bytes.data(), words.data(), 2 * words.size());
    }
    void remove(const std::string& name) { tensors_.erase(name); }
    Json& config() { return config_; }

    Expected<Checkpoint> load() const {
        must_write(folder_.path() / "config.json", config_);
        write("model.safetensors", [](const std::string&) { return true; });
        return load_checkpoint(folder_.path());
    }
    void write(const std::string& file, const std::function<bool(const std::string&)>& wanted) const {
        std::vector<TensorToWrite> list;
        for (const auto& [name, tensor] : tensors_)
            if (wanted(name)) list.push_back({name, tensor.type, tensor.shape, tensor.bytes});
        BOOST_REQUIRE(write_safetensors(folder_.path() / file, list).has_value());
    }
    const fs::path& folder() const { return folder_.path(); }

  private:
    struct Tensor {
        ElementType type;
        std::vector<std::int64_t> shape;
        std::vector<std::byte> bytes;
    };
    ScratchFolder folder_;
    Json config_;
    std::map<std::string, Tensor> tensors_;
};

// The error of a config.json with one key changed.
Expected<Checkpoint> with_key(const std::string& key, const Json& value) {
    SmallModel model;
    model.config()[key] = value;
    return model.load();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checkpoint)

BOOST_AUTO_TEST_CASE(small_model_is_read) {
    Checkpoint checkpoint = must(SmallModel().load());
    BOOST_TEST(checkpoint.config.head_size == 2);
    BOOST_TEST(checkpoint.norms.size() == 1U);
    BOOST_TEST(must(checkpoint.load_linear(0))[Projection::Down](3, 5) == 23.0F);
    BOOST_TEST(checkpoint.lm_head()(4, 3) == 19.0F);
    BOOST_TEST(checkpoint.sha256.size() == 64U);
}

BOOST_AUTO_TEST_CASE(embedded_model_is_read) {
    const Checkpoint& checkpoint = embedded_checkpoint();
    BOOST_TEST(checkpoint.config.blocks == 6);
    BOOST_TEST(checkpoint.config.key_value_size() == 128);
    BOOST_TEST(must(checkpoint.load_linear(5))[Projection::Gate].rows() == 768);
}

// 1.5, -2, the smallest subnormal and the largest finite number of each format.
BOOST_AUTO_TEST_CASE(bfloat16_and_half_precision_are_widened_exactly) {
    SmallModel model;
    model.set_half_words("model.norm.weight", ElementType::BF16, {0x3FC0, 0xC000, 0x0001, 0x7F7F});
    model.set_half_words("model.layers.0.input_layernorm.weight", ElementType::F16,
                         {0x3E00, 0xC000, 0x8001, 0x7BFF});
    Checkpoint checkpoint = must(model.load());
    BOOST_TEST((checkpoint.final_norm == Vector{{1.5F, -2.0F, 0x1p-133F, 0x1.FEp127F}}));
    BOOST_TEST((checkpoint.norms[0].attention == Vector{{1.5F, -2.0F, -0x1p-24F, 65504.0F}}));
}

BOOST_AUTO_TEST_CASE(shards_are_read_through_their_index) {
    SmallModel model;
    Checkpoint whole = must(model.load());
    fs::remove(model.folder() / "model.safetensors");
    auto first = [](const std::string& name) { return name.find("layers") != std::string::npos; };
    model.write("a.safetensors", first);
    model.write("b.safetensors", [&](const std::string& name) { return !first(name); });
    Json index = {{"weight_map", {{"model.norm.weight", "b.safetensors"}, {"x", "a.safetensors"}}}};
    must_write(model.folder() / "model.safetensors.index.json", index);
    Checkpoint sharded = must(load_checkpoint(model.folder()));
    BOOST_TEST((must(sharded.load_linear(0)).weights == must(whole.load_linear(0)).weights));
    BOOST_TEST((sharded.embedding == whole.embedding));
    index["weight_map"]["x"] = "../a.safetensors";
    must_write(model.folder() / "model.safetensors.index.json", index);
    BOOST_TEST(fails_with(load_checkpoint(model.folder()), "not the name of a file"));
}

BOOST_AUTO_TEST_CASE(other_models_are_refused) {
    BOOST_TEST(
        fails_with(with_key("architectures", {"MistralForCausalLM"}), "MistralForCausalLM is not supported"));
    BOOST_TEST(fails_with(with_key("hidden_act", "gelu"), "hidden_act gelu"));
    BOOST_TEST(fails_with(with_key("attention_bias", true), "attention_bias"));
    BOOST_TEST(fails_with(with_key("rope_interleaved", true), "rope_interleaved"));
    BOOST_TEST(fails_with(with_key("rope_scaling", {{"rope_type", "yarn"}}), "rope_scaling: type yarn"));
    BOOST_TEST(fails_with(with_key("quantization_config", {{"bits", 4}}), "quantization_config"));
    BOOST_TEST(fails_with(with_key("hidden_size", 4.5), "hidden_size 4.5 is not an integer"));
    BOOST_TEST(fails_with(with_key("num_key_value_heads", 3), "not a multiple"));
    BOOST_TEST(fails_with(with_key("hidden_size", -4), "hidden size -4 is impossible"));
    BOOST_TEST(fails_with(with_key("vocab_size", "many"), "vocab_size"));
}

BOOST_AUTO_TEST_CASE(all_that_is_wrong_with_a_configuration_is_said_at_once) {
    SmallModel model;
    model.config()["hidden_act"] = "gelu";
    model.config()["mlp_bias"] = true;
    model.config().erase("vocab_size");
    for (const char* part : {"config.json", "hidden_act", "mlp_bias", "\"vocab_size\" is missing"})
        BOOST_TEST(fails_with(model.load(), part));
}

BOOST_AUTO_TEST_CASE(missing_wrong_and_unknown_tensors_are_errors) {
    SmallModel missing;
    missing.remove("model.layers.0.mlp.up_proj.weight");
    BOOST_TEST(fails_with(missing.load(), "tensor model.layers.0.mlp.up_proj.weight is missing"));
    SmallModel shape;
    shape.add("model.layers.0.self_attn.k_proj.weight", {4, 4});
    BOOST_TEST(fails_with(shape.load(), "has shape [4, 4], expected [2, 4]"));
    SmallModel bias;
    bias.add("model.layers.0.self_attn.q_proj.bias", {4});
    BOOST_TEST(fails_with(bias.load(), "q_proj.bias is not part of the model"));
    SmallModel type;
    type.add("model.norm.weight", {4}, ElementType::I32);
    BOOST_TEST(fails_with(type.load(), "holds I32"));
    SmallModel infinite;
    infinite.set_half_words("model.norm.weight", ElementType::F16, {0x7C00, 0, 0, 0});
    BOOST_TEST(fails_with(infinite.load(), "not finite"));
    SmallModel infinite_linear;  // found when its block is read
    std::vector<std::uint16_t> words(16, 0x7F80);
    infinite_linear.set_half_words("model.layers.0.self_attn.q_proj.weight", ElementType::BF16, words);
    BOOST_TEST(fails_with(must(infinite_linear.load()).load_linear(0), "q_proj.weight holds a value"));
}

BOOST_AUTO_TEST_CASE(missing_and_truncated_files_are_errors) {
    BOOST_TEST(fails_with(load_checkpoint("/no/such/folder"), "/no/such/folder: error: is neither a folder"));
    SmallModel model;
    must(model.load());
    fs::resize_file(model.folder() / "model.safetensors",
                    fs::file_size(model.folder() / "model.safetensors") - 1);
    BOOST_TEST(fails_with(load_checkpoint(model.folder()),
                          "model.safetensors: error: not a valid safetensors file"));
    fs::remove(model.folder() / "model.safetensors");
    BOOST_TEST(fails_with(load_checkpoint(model.folder()), "model.safetensors"));
    fs::remove(model.folder() / "config.json");
    BOOST_TEST(fails_with(load_checkpoint(model.folder()), "config.json"));
}

// Sizes that leave 64 bits, offsets outside the file, numbers that are no sizes.
BOOST_AUTO_TEST_CASE(impossible_safetensors_headers_are_errors) {
    auto open = [](const std::string& entry) {
        std::string header = "{\"x\":" + entry + "}";
        std::string bytes(8, '\0');
        bytes[0] = static_cast<char>(header.size());
        ScratchFolder folder;
        fs::path path = folder.path() / "x.safetensors";
        BOOST_REQUIRE(write_text(path, bytes + header + "0123456789abcdef").has_value());
        return SafetensorsFile::open(path);
    };
    auto tensor = [](const char* shape, const char* offsets) {
        return fmt::format(R"({{"dtype":"F32","shape":{},"data_offsets":{}}})", shape, offsets);
    };
    BOOST_TEST(open(tensor("[2, 2]", "[0, 16]")).has_value());
    BOOST_TEST(fails_with(open(tensor("[2, 2]", "[4, 20]")), "its offsets are 4..20 of 16"));
    BOOST_TEST(fails_with(open(tensor("[2, 2]", "[16, 0]")), "its offsets"));
    BOOST_TEST(fails_with(open(tensor("[4294967296, 4294967296]", "[0, 0]")), "impossible shape"));
    BOOST_TEST(fails_with(open(tensor("[4611686018427387904]", "[0, 0]")), "impossible shape"));
    BOOST_TEST(fails_with(open(tensor("[-2, -2]", "[0, 16]")), "impossible shape"));
    BOOST_TEST(fails_with(open(tensor("[18446744073709551615]", "[0, 16]")), "impossible shape"));
    BOOST_TEST(fails_with(open(tensor("[4.5]", "[0, 16]")), "4.5 is not a size"));
    BOOST_TEST(fails_with(open(tensor("[4]", "[0, 1e1]")), "is not a size"));
    BOOST_TEST(fails_with(open(tensor("4", "[0, 16]")), "not a valid safetensors file"));
    BOOST_TEST(fails_with(open(tensor("[4]", "[0]")), "not a valid safetensors file"));
    BOOST_TEST(fails_with(open("[1]"), "not a valid safetensors file"));
}

// Every cut and random changes of bytes: an error or a checkpoint, nothing else. (Also run under
// -fsanitize=address,undefined.)
BOOST_AUTO_TEST_CASE(no_truncated_or_mutated_folder_ends_the_program) {
    SmallModel model;
    must(model.load());
    for (const char* name : {"model.safetensors", "config.json"}) {
        fs::path path = model.folder() / name;
        std::string good = must(read_text(path));
        std::size_t header = std::min<std::size_t>(good.size(), 1500);
        auto try_to_load = [&](const std::string& bytes) {
            if (!write_text(path, bytes)) throw std::runtime_error("disk full");
            auto checkpoint = load_checkpoint(model.folder());
            return checkpoint && checkpoint->load_linear(0);
        };
        for (std::size_t length = 0; length + 4 < good.size(); length += 13)  // the last ones may be spaces
            BOOST_TEST(!try_to_load(good.substr(0, length)));
        check_property(std::string("a mutated ") + name + " is an error or a checkpoint", [&] {
            std::string bytes = good;
            for (int changes = *rc::gen::inRange(1, 4); changes > 0; --changes)
                bytes[*rc::gen::inRange<std::size_t>(0, header)] =
                    static_cast<char>(*rc::gen::inRange(0, 256));
            try_to_load(bytes);
        });
        BOOST_TEST(try_to_load(good));
    }
}

BOOST_AUTO_TEST_SUITE_END()
