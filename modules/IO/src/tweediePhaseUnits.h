// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePhaseUnits_h
#define tweediePhaseUnits_h

#include <string>

namespace tweedie
{
/** A length in metres, or in millimetres. Units: m, cm, mm, um, nm, pm, angstrom and what NeXus files call them. Exact
 * where the unit stays, else rounded once. Throws DataError "name: ..." for another unit. */
double Metres(double value, const std::string & unit, const std::string & name);
double Millimetres(double value, const std::string & unit, const std::string & name);

/** The wavelength in metres of a photon energy. Units: J, eV, keV, MeV. */
double WavelengthOf(double energy, const std::string & unit, const std::string & name);

/** J, of a photon of that wavelength in metres. */
double JoulesOf(double wavelength);

/** Throws DataError "where: ..." unless two values of one quantity agree as numbers do that were rounded by people,
 * or, where both are exact, by conversion of units. */
void RequireSame(double one, double other, double tolerance, const std::string & where, const char * unit);
constexpr double roundedByPeople = 1e-3;
constexpr double roundedByConversion = 1e-6; // single precision
} // namespace tweedie

#endif
