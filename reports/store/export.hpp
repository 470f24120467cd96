// The points of the database of results for other programs: CSV, JSON and Accelergy's reference tables.
#pragma once

#include <string>
#include <vector>

#include "golden/support/csv.hpp"
#include "golden/support/file.hpp"
#include "reports/store/stored_point.hpp"

namespace macaw::reports {

// Values: only what two runs of the same points must have in common, which is settings and figures. Left out
// are the reason of a failure, times, paths, versions and how a figure was obtained, and figures of the
// machine that computed (a unit of seconds, or per second).
enum class ExportScope { All, Values };

// One row a point: sweep, point, state (finished or failed), settings (settings(); the clock in MHz), an
// "axis.NAME" for each axis of any sweep, a column for each metric, whose key ends in its unit. A figure that
// a point does not have is an empty cell. All: also failure and recorded.
Table results_table(const std::vector<StoredPoint>& points, ExportScope scope);

// {"points": [{sweep, point, state, scope, settings, axes, metrics}]}. All: a metric is {value, unit, how,
// step}, and a point has failure, recorded, config and steps too. Values: a metric is its value.
Json results_json(const std::vector<StoredPoint>& points, ExportScope scope);

// Accelergy's energy and area reference tables, version 0.4 (accelergy/ERT_generator.py and ART_generator.py
// of github.com/Accelergy-Project/accelergy; outputs in Accelergy-Project/timeloop-accelergy-exercises):
//
//     ERT:                                     ART:
//       version: 0.4                             version: 0.4
//       tables:                                  tables:
//         - name: sweep.point                      - name: sweep.point
//           actions:                                 area: 4321.5          # um^2
//             - name: compute
//               arguments: null
//               energy: 4.03                   # pJ
//
// A component is the whole array of a point; `compute` is one multiply-accumulate of it, at the measured
// utilisation, with its share of clock pins and leakage: a further action for leakage would count it twice.
struct AccelergyTables {
    std::string energy;                 // ERT.yaml
    std::string area;                   // ART.yaml
    std::vector<std::string> left_out;  // points with neither figure
};
AccelergyTables accelergy_tables(const std::vector<StoredPoint>& points);

}  // namespace macaw::reports
