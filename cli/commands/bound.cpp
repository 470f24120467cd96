// macaw bound LAYERS --output FOLDER [--config CONFIG] [--unconstrained LAYERS]: the overflow certificate,
// from the codes alone.
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/run_config.hpp"
#include "cli/step.hpp"
#include "golden/certificate.hpp"
#include "reports/tables/certificate_tables.hpp"
#include "reports/tables/point_quality.hpp"

namespace macaw::cli {

namespace {

// What the same datapath would need without the constraint.
Expected<void> bound_unconstrained(const std::filesystem::path& folder, const golden::Datapath& datapath,
                                   const std::filesystem::path& output, Metrics& metrics) {
    MACAW_TRY(golden::QuantizedModel model, golden::read_quantized_model(folder));
    model.datapath = datapath;
    golden::Certificate certificate = golden::certify(model);
    metrics.append(reports::certificate_metrics(certificate, model, "unconstrained"));
    return reports::certificate_table(certificate).write(output / "unconstrained_layers.csv");
}

Expected<void> bound(const BoundArguments& arguments, const RunConfig* config) {
    std::vector<std::filesystem::path> inputs = {arguments.layers};
    if (!arguments.unconstrained.empty()) inputs.emplace_back(arguments.unconstrained);
    MACAW_TRY(StepFolder step, StepFolder::begin("bound", arguments.output, inputs));
    MACAW_TRY(golden::QuantizedModel model, golden::read_quantized_model(arguments.layers));
    if (config != nullptr) model.datapath = config->datapath;
    MACAW_CHECK(golden::check(model, arguments.layers));  // its codes in this datapath's range
    golden::Certificate certificate = golden::certify(model);
    Metrics metrics = reports::certificate_metrics(certificate, model, "");
    metrics.append(reports::cost_metrics(model));
    const std::string how =
        (config != nullptr ? "configured, " : "of the layers, ") + to_string(model.datapath);
    metrics.add("datapath__inner__bits", model.datapath.inner_bits.bits(), how);
    metrics.add("datapath__outer__bits", model.datapath.outer_bits.bits(), how);
    MACAW_CHECK(write_json(step.path() / "certificate.json", golden::to_json(certificate)));
    MACAW_CHECK(reports::certificate_table(certificate).write(step.path() / "layers.csv"));
    MACAW_CHECK(reports::certificate_rows_table(certificate).write(step.path() / "rows.csv"));
    MACAW_CHECK(reports::headroom_histogram(model).write(step.path() / "inner_headroom_histogram.csv"));
    if (!arguments.unconstrained.empty())
        MACAW_CHECK(bound_unconstrained(arguments.unconstrained, model.datapath, step.path(), metrics));
    MACAW_TRY(auto constraint, json_member<std::string>(model.provenance, "constraint", arguments.layers));
    if (constraint != "none" && !certificate.safe())
        return fail(
            ErrorKind::CheckFailed,
            "layers that claim the constraint \"{}\" need P_I = {} and P_O = {}, configured are {} and {}",
            constraint, certificate.inner_bits.bits(), certificate.outer_bits.bits(),
            model.datapath.inner_bits.bits(), model.datapath.outer_bits.bits());
    MACAW_CHECK(step.finish(metrics));
    std::cout << fmt::format(
        "certified {} layers: {} at P_I = {} (configured {}), P_O = {} (configured {})\n",
        certificate.layers.size(), certificate.safe() ? "safe" : "NOT safe as configured; safe",
        certificate.inner_bits.bits(), model.datapath.inner_bits.bits(), certificate.outer_bits.bits(),
        model.datapath.outer_bits.bits());
    return {};
}

}  // namespace

Outcome run_command(const BoundArguments& arguments) {
    if (arguments.config.empty()) return as_outcome(bound(arguments, nullptr));
    auto config = read_run_config(arguments.config);
    if (!config) return tl::unexpected(config.error());
    return as_outcome(bound(arguments, &*config));
}

}  // namespace macaw::cli
