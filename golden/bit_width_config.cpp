#include "golden/bit_width_config.hpp"

namespace macaw::golden {

Expected<BitWidth> bit_width_member(const Json& object, const std::string& key,
                                    const std::filesystem::path& file) {
    MACAW_TRY(int bits, json_member<int>(object, key, file));
    auto width = BitWidth::make(bits);
    if (!width)
        return fail(Error{ErrorKind::BadInput,
                          fmt::format("key \"{}\": {}", key, width.error().message),
                          {},
                          {file.string()}});
    return width;
}

void read_width(YamlMapping& yaml, const std::string& key, BitWidth& width) {
    int bits = width.bits();
    if (!yaml.read(key, bits)) return;
    if (auto made = BitWidth::make(bits))
        width = *made;
    else
        yaml.error(key, made.error().message);
}

}  // namespace macaw::golden
