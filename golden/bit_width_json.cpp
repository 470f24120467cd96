#include "golden/bit_width_json.hpp"

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

}  // namespace macaw::golden
