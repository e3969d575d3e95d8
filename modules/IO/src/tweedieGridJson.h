// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieGridJson_h
#define tweedieGridJson_h

#include "tweedieGrid.h"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstdint>

namespace tweedie
{
/** {"spacing": [x, y, z], "origin": [x, y, z], "direction": rows}. */
nlohmann::json GeometryJson(const Grid & grid);

/** The grid with the geometry of such an object. Throws DataError for a geometry that is none, a JSON exception for a
 * missing key. */
Grid GridFromJson(const nlohmann::json & object, Grid grid);

/** A whole number that fits; DataError for another one, a JSON exception for what is no number. */
std::int64_t WholeFromJson(const nlohmann::json & value);
/** [x, y, z] */
std::array<std::int64_t, 3> SizeFromJson(const nlohmann::json & list);
} // namespace tweedie

#endif
