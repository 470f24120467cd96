#include "quantizer/llama/gguf.hpp"

#include "golden/support/safetensors.hpp"
#include "quantizer/llama/checkpoint.hpp"
#include "quantizer/llama/gguf_source.hpp"
#include "testbench/support/gguf_writer.hpp"
#include "testbench/unit/quantizer/fixtures.hpp"

namespace fs = std::filesystem;
using namespace macaw;
using namespace macaw::quantizer;
using namespace macaw::testing;

namespace {

fs::path fixtures() {
    return source_folder() / "testbench/data/models";
}

std::vector<std::byte> ascending(std::int64_t count) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(4 * count));
    for (std::size_t i = 0; i < bytes.size() / 4; ++i) {
        auto value = static_cast<float>(i);
        std::memcpy(&bytes[4 * i], &value, 4);
    }
    return bytes;
}

void add_tensor(GgufWriter& writer, const std::string& name, std::vector<std::int64_t> shape) {
    std::int64_t count = 1;
    for (std::int64_t size : shape) count *= size;
    writer.tensor(name, shape, GgufType::F32, ascending(count));
}

// One block, 2 heads of 4, one key/value head, hidden 8, intermediate 12, 5 tokens; without the named key.
GgufWriter small_model(const std::string& without = "") {
    GgufWriter writer;
    if (without != "general.architecture") writer.text("general.architecture", "llama");
    for (const auto& [key, value] : std::map<std::string, std::uint32_t>{{"llama.embedding_length", 8},
                                                                         {"llama.feed_forward_length", 12},
                                                                         {"llama.block_count", 1},
                                                                         {"llama.attention.head_count", 2},
                                                                         {"llama.attention.head_count_kv", 1},
                                                                         {"llama.context_length", 16},
                                                                         {"llama.rope.dimension_count", 4}})
        if (key != without) writer.number(key, value);
    writer.real("llama.attention.layer_norm_rms_epsilon", 1e-5F);
    add_tensor(writer, "token_embd.weight", {5, 8});
    add_tensor(writer, "output_norm.weight", {8});
    add_tensor(writer, "blk.0.attn_norm.weight", {8});
    add_tensor(writer, "blk.0.ffn_norm.weight", {8});
    add_tensor(writer, "blk.0.attn_q.weight", {8, 8});
    add_tensor(writer, "blk.0.attn_k.weight", {4, 8});
    add_tensor(writer, "blk.0.attn_v.weight", {4, 8});
    add_tensor(writer, "blk.0.attn_output.weight", {8, 8});
    add_tensor(writer, "blk.0.ffn_gate.weight", {12, 8});
    add_tensor(writer, "blk.0.ffn_up.weight", {12, 8});
    add_tensor(writer, "blk.0.ffn_down.weight", {8, 12});
    return writer;
}

class FileOf {
  public:
    explicit FileOf(const std::string& bytes) : path_(folder_.path() / "model.gguf") {
        BOOST_REQUIRE(write_text(path_, bytes).has_value());
    }
    const fs::path& path() const { return path_; }

  private:
    ScratchFolder folder_;
    fs::path path_;
};

Expected<Checkpoint> load(const GgufWriter& writer) {
    return load_checkpoint(FileOf(writer.bytes()).path());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gguf)

// The file and the expected numbers are from llama.cpp's own Python package (scripts/fixtures).
BOOST_AUTO_TEST_CASE(every_block_type_is_widened_as_llama_cpp_does) {
    auto file = must(GgufFile::open(fixtures() / "blocks.gguf"));
    auto expected = must(SafetensorsFile::open(fixtures() / "blocks.safetensors"));
    BOOST_REQUIRE(file.tensors().size() == 11U);
    for (const auto& [name, tensor] : file.tensors()) {
        std::vector<float> values(1024);
        BOOST_REQUIRE((tensor.shape == std::vector<std::int64_t>{2, 512}));
        dequantize(static_cast<GgufType>(tensor.type), tensor.bytes, values);
        auto reference = must(expected.values<float>(name, {2, 512}));
        for (std::size_t i = 0; i < values.size(); ++i)  // the order of the products differs: one rounding
            if (std::abs(values[i] - reference[i]) > 3e-7F * std::abs(reference[i]) + 1e-6F)
                BOOST_ERROR(name << "[" << i << "]: " << values[i] << ", expected " << reference[i]);
    }
}

BOOST_AUTO_TEST_CASE(metadata_of_every_type_are_read) {
    auto file = must(GgufFile::open(fixtures() / "blocks.gguf"));
    auto value = [&](const std::string& key) { return file.metadata().at("test." + key); };
    BOOST_TEST(value("u8") == 200);
    BOOST_TEST(value("i8") == -5);
    BOOST_TEST(value("u16") == 60000);
    BOOST_TEST(value("i16") == -300);
    BOOST_TEST(value("u32") == 4000000000);
    BOOST_TEST(value("i32") == -70000);
    BOOST_TEST(value("u64") == std::uint64_t{1} << 60U);
    BOOST_TEST(value("i64") == -(std::int64_t{1} << 60U));
    BOOST_TEST(value("f32") == 0.25);
    BOOST_TEST(value("f64") == 1e300);
    BOOST_TEST(value("bool") == true);
    BOOST_TEST(value("string") == "café");
    BOOST_TEST((must(file.list<std::string>("test.strings")) == std::vector<std::string>{"a", "", "bc"}));
    BOOST_TEST((must(file.list<std::int64_t>("test.integers")) == std::vector<std::int64_t>{1, -2, 3}));
    BOOST_TEST(fails_with(file.list<std::int64_t>("test.strings"), "not a list of the expected type"));
    BOOST_TEST(fails_with(file.size("test.u64"), "not a size"));
    BOOST_TEST(fails_with(file.size("test.i8"), "not a size"));
    BOOST_TEST(fails_with(file.size("test.f32"), "not a size"));
    BOOST_TEST(fails_with(file.text("test.u8"), "not a text"));
    BOOST_TEST(fails_with(file.flag("test.u8"), "not true or false"));
    BOOST_TEST(fails_with(file.number("test.nothing"), "test.nothing is missing"));
}

BOOST_AUTO_TEST_CASE(small_model_is_read_under_hugging_face_names) {
    Checkpoint checkpoint = must(load(small_model()));
    BOOST_TEST(checkpoint.config.head_size == 4);
    BOOST_TEST(checkpoint.config.vocabulary == 5);
    BOOST_TEST(checkpoint.config.tied_embeddings);
    BOOST_TEST(checkpoint.config.rope_divisors.empty());
    BOOST_TEST(checkpoint.embedding(4, 7) == 39.0F);
    BlockLinear linear = must(checkpoint.load_linear(0));
    BOOST_TEST(linear[Projection::Down](7, 11) == 95.0F);
    BOOST_TEST(linear[Projection::Value](3, 0) == 24.0F);
    BOOST_TEST(linear[Projection::Output](3, 0) == 24.0F);
}

// llama.cpp's converter: weights.reshape(heads, 2, size / 2, columns).swapaxes(1, 2), so that row (head,
// half, i) of the checkpoint becomes row (head, i, half) of the file.
BOOST_AUTO_TEST_CASE(rows_of_queries_and_keys_are_put_back_in_order) {
    BlockLinear linear = must(must(load(small_model())).load_linear(0));
    const std::vector<float> rows_in_file{0, 2, 1, 3, 4, 6, 5, 7};
    for (Index row = 0; row < 8; ++row) {
        float expected = 8 * rows_in_file[static_cast<std::size_t>(row)];
        BOOST_TEST(linear[Projection::Query](row, 0) == expected);
        if (row < 4) BOOST_TEST(linear[Projection::Key](row, 0) == expected);
    }
    check_property("rotary_row is a permutation of every head that undoes the converter's", [] {
        std::int64_t half = *rc::gen::inRange(1, 65);
        std::int64_t head = *rc::gen::inRange(0, 5) * 2 * half;
        for (std::int64_t part = 0; part < 2; ++part)
            for (std::int64_t i = 0; i < half; ++i)
                RC_ASSERT(rotary_row(head + part * half + i, 2 * half) == head + 2 * i + part);
    });
}

BOOST_AUTO_TEST_CASE(rope_scaling_comes_from_the_tensor_or_the_metadata) {
    GgufWriter with_tensor = small_model();
    with_tensor.tensor("rope_freqs.weight", {2}, GgufType::F32, [] {
        std::vector<std::byte> bytes(8);
        std::array<float, 2> values{1.0F, 32.0F};
        std::memcpy(bytes.data(), values.data(), 8);
        return bytes;
    }());
    BOOST_TEST((must(load(with_tensor)).config.rope_divisors == std::vector<float>{1, 32}));
    GgufWriter linear = small_model();
    linear.text("llama.rope.scaling.type", "linear");
    linear.real("llama.rope.scaling.factor", 4);
    BOOST_TEST((must(load(linear)).config.rope_divisors == std::vector<float>{4, 4}));
    GgufWriter yarn = small_model();
    yarn.text("llama.rope.scaling.type", "yarn");
    BOOST_TEST(fails_with(load(yarn), "rope scaling yarn"));
    GgufWriter zero = small_model();
    zero.tensor("rope_freqs.weight", {2}, GgufType::F32, std::vector<std::byte>(8));
    BOOST_TEST(fails_with(load(zero), "not positive"));
}

BOOST_AUTO_TEST_CASE(other_models_in_gguf_are_refused) {
    GgufWriter experts = small_model();
    experts.number("llama.expert_count", 8);
    BOOST_TEST(fails_with(load(experts), "llama.expert_count 8 is not supported"));
    GgufWriter partial = small_model("llama.rope.dimension_count");
    partial.number("llama.rope.dimension_count", 2);
    BOOST_TEST(fails_with(load(partial), "2 of 4 values"));
    GgufWriter other = small_model("general.architecture");
    other.text("general.architecture", "qwen2");
    BOOST_TEST(fails_with(load(other), "architecture qwen2"));
    GgufWriter bias = small_model();
    add_tensor(bias, "blk.0.attn_q.bias", {8});
    BOOST_TEST(fails_with(load(bias), "blk.0.attn_q.bias is not part of the model"));
    GgufWriter split = small_model();
    split.number("split.count", 2);
    BOOST_TEST(fails_with(load(split), "one of 2 parts"));
    BOOST_TEST(fails_with(load(small_model("llama.block_count")), "llama.block_count is missing"));
    GgufWriter type = small_model("llama.context_length");
    type.text("llama.context_length", "many");
    BOOST_TEST(fails_with(load(type), "llama.context_length is not a size"));
    GgufWriter heads = small_model("llama.attention.head_count_kv");
    heads.number("llama.attention.head_count_kv", 3);
    BOOST_TEST(fails_with(load(heads), "2 attention heads are not a multiple of 3"));
}

// Type Q2_K (10) is not read; what is not used may have it.
BOOST_AUTO_TEST_CASE(a_type_that_is_not_read_is_named) {
    GgufWriter writer = small_model();
    writer.tensor("output.weight", {5, 8}, static_cast<GgufType>(10), {});
    BOOST_TEST(fails_with(load(writer), "tensor lm_head.weight has GGUF type 10"));
}

BOOST_AUTO_TEST_CASE(impossible_headers_are_errors) {
    std::string good = small_model().bytes();
    auto open = [](std::string bytes) { return GgufFile::open(FileOf(bytes).path()); };
    auto changed = [&](std::size_t at, std::uint8_t value) {
        std::string bytes = good;
        bytes[at] = static_cast<char>(value);
        return open(bytes);
    };
    BOOST_TEST(must(open(good)).tensors().size() == 11U);
    BOOST_TEST(fails_with(changed(0, 'X'), "does not begin with"));
    BOOST_TEST(fails_with(changed(4, 1), "GGUF version 1"));
    BOOST_TEST(fails_with(changed(7, 3), "big-endian"));
    BOOST_TEST(fails_with(changed(15, 0x7F), "not a valid GGUF file"));  // number of tensors
    BOOST_TEST(fails_with(changed(30, 0x7F), "not a valid GGUF file"));  // length of the first key
    BOOST_TEST(fails_with(open(""), "ends inside its header"));
    GgufWriter huge;
    huge.tensor("x", {std::int64_t{1} << 40, std::int64_t{1} << 40}, GgufType::F32, {});
    BOOST_TEST(fails_with(open(huge.bytes()), "impossible shape"));
    GgufWriter outside;
    outside.tensor("x", {std::int64_t{1} << 40}, GgufType::F32, {});
    BOOST_TEST(fails_with(open(outside.bytes()), "tensor x needs 4398046511104 bytes at 0 of 0"));
    GgufWriter ragged;
    ragged.tensor("x", {2, 33}, GgufType::Q8_0, std::vector<std::byte>(102));
    BOOST_TEST(fails_with(open(ragged.bytes()), "not whole blocks"));
    GgufWriter twice;
    twice.text("a", "b");
    twice.text("a", "c");
    BOOST_TEST(fails_with(open(twice.bytes()), "key a is there twice"));
    GgufWriter nested;
    nested.number("general.alignment", 3);
    BOOST_TEST(fails_with(open(nested.bytes()), "not a power of two"));
}

// Every cut and random changes of bytes: an error or a checkpoint, nothing else. (Also run once under
// -fsanitize=address,undefined.)
BOOST_AUTO_TEST_CASE(no_truncated_or_mutated_file_ends_the_program) {
    std::string good = small_model().bytes();
    std::size_t header = good.find("blk.0.ffn_down.weight") + 64;
    ScratchFolder folder;
    fs::path path = folder.path() / "model.gguf";
    auto try_to_load = [&](const std::string& bytes) {
        if (!write_text(path, bytes)) throw std::runtime_error("disk full");
        auto checkpoint = load_checkpoint(path);
        return checkpoint && checkpoint->load_linear(0);
    };
    BOOST_TEST(try_to_load(good));
    std::size_t accepted = 0;
    for (std::size_t length = 0; length < good.size(); length += length < header ? 7 : 61)
        if (try_to_load(good.substr(0, length))) ++accepted;
    BOOST_TEST(accepted == 0U);
    check_property("a mutated GGUF file is an error or a checkpoint", [&] {
        std::string bytes = good;
        for (int changes = *rc::gen::inRange(1, 4); changes > 0; --changes)
            bytes[*rc::gen::inRange<std::size_t>(0, header)] = static_cast<char>(*rc::gen::inRange(0, 256));
        try_to_load(bytes);
    });
}

BOOST_AUTO_TEST_SUITE_END()
