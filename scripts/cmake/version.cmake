# Writes OUTPUT, a source file with macaw's version: the project's version and the hash over all sources, so that a
# result names the exact program that made it; and the same over those sources alone that decide codes, certificates
# and perplexities, so that a change of a page or of the generator leaves hours of quantization valid. Run as a script
# at build time; OUTPUT changes only if a hash does. CMakeLists.txt counts as a source: compiler flags change last bits.
function(hash_sources result)
  file(GLOB_RECURSE sources RELATIVE ${SOURCE_DIR} ${ARGN})
  list(SORT sources)
  set(digests "")
  foreach(source IN LISTS sources)
    file(SHA256 ${SOURCE_DIR}/${source} digest)
    string(APPEND digests "${source} ${digest}\n")
  endforeach()
  string(SHA256 digest "${digests}")
  string(SUBSTRING ${digest} 0 12 short)
  set(${result} "${VERSION}+${short}" PARENT_SCOPE)
endfunction()

hash_sources(all ${SOURCE_DIR}/CMakeLists.txt ${SOURCE_DIR}/golden/* ${SOURCE_DIR}/hw/* ${SOURCE_DIR}/quantizer/* ${SOURCE_DIR}/sim/*
             ${SOURCE_DIR}/reports/* ${SOURCE_DIR}/cli/*)
hash_sources(model ${SOURCE_DIR}/CMakeLists.txt ${SOURCE_DIR}/golden/* ${SOURCE_DIR}/quantizer/* ${SOURCE_DIR}/reports/tables/*
             ${SOURCE_DIR}/cli/commands/quantize.cpp ${SOURCE_DIR}/cli/commands/bound.cpp
             ${SOURCE_DIR}/cli/commands/perplexity.cpp ${SOURCE_DIR}/cli/evaluated_model.*
             ${SOURCE_DIR}/cli/evaluation_reuse.* ${SOURCE_DIR}/cli/graph/model_steps.*
             ${SOURCE_DIR}/cli/run_config.* ${SOURCE_DIR}/cli/step.*)
set(text "#include \"cli/version.hpp\"\n\nnamespace macaw::cli {\n")
string(APPEND text "const std::string_view kVersion = \"${all}\";\nconst std::string_view kModelVersion = \"${model}\";\n")
string(APPEND text "}  // namespace macaw::cli\n")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
