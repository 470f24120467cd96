# Writes OUTPUT, a source file with macaw's version: the project's version and the hash over all sources, so that a
# result names the exact program that made it. Run as a script at build time; OUTPUT changes only if the hash does.
file(GLOB_RECURSE sources RELATIVE ${SOURCE_DIR} ${SOURCE_DIR}/golden/* ${SOURCE_DIR}/hw/* ${SOURCE_DIR}/quantizer/*
     ${SOURCE_DIR}/sim/* ${SOURCE_DIR}/reports/* ${SOURCE_DIR}/cli/*)
list(SORT sources)
set(digests "")
foreach(source IN LISTS sources)
  file(SHA256 ${SOURCE_DIR}/${source} digest)
  string(APPEND digests "${source} ${digest}\n")
endforeach()
string(SHA256 digest "${digests}")
string(SUBSTRING ${digest} 0 12 short)
set(text "#include \"cli/version.hpp\"\n\nnamespace macaw::cli {\nconst std::string_view kVersion = \"${VERSION}+${short}\";\n}  // namespace macaw::cli\n")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
