// The overflow certificate as tables and figures for a reader. The certificate itself is golden's.
#pragma once

#include "golden/certificate.hpp"
#include "golden/support/csv.hpp"
#include "golden/support/metrics.hpp"

namespace macaw::reports {

// One row a layer: shape, smallest safe widths, extremes, headroom against the configured widths.
Table certificate_table(const golden::Certificate& certificate);

// One row an output channel, with the tiles that reach the inner extremes; their worst-case inputs are
// golden::worst_case_input of the row.
Table certificate_rows_table(const golden::Certificate& certificate);

// Tiles by headroom of the configured inner accumulator, in bins of 5 %; tiles that do not fit have negative
// headroom and are counted in bins below 0, the lowest one open.
Table headroom_histogram(const golden::QuantizedModel& model);

// bound__inner__bits, bound__outer__bits, headroom, rows, tiles and tiles that do not fit; `group` is empty
// or a word that goes behind "bound" ("unconstrained").
Metrics certificate_metrics(const golden::Certificate& certificate, const golden::QuantizedModel& model,
                            const std::string& group);

}  // namespace macaw::reports
