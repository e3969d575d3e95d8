// SPDX-License-Identifier: Apache-2.0
#include "tweediePhaseUnits.h"

#include "tweedieError.h"
#include "tweediePhaseScan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <utility>

namespace tweedie
{
namespace
{
constexpr double joulesTimesMetres = 1.9864458571489286e-25; // h c, exact in the SI of 2019

using PowerOfTen = std::pair<const char *, int>;
constexpr std::array<PowerOfTen, 26> lengths{
    {{"m", 0},           {"meter", 0},       {"metre", 0},       {"meters", 0}, {"metres", 0},
     {"cm", -2},         {"centimeter", -2}, {"centimetre", -2}, {"mm", -3},    {"millimeter", -3},
     {"millimetre", -3}, {"um", -6},         {"\u00b5m", -6}, // micro sign
     {"\u03bcm", -6},                                         // Greek mu
     {"micron", -6},     {"micrometer", -6}, {"micrometre", -6}, {"nm", -9},    {"nanometer", -9},
     {"nanometre", -9},  {"angstrom", -10},  {"Angstrom", -10},  {"A", -10},    {"\u00c5", -10},
     {"pm", -12},        {"picometer", -12}}};

int
LengthExponent(const std::string & unit, const std::string & name)
{
  const auto row = std::find_if(lengths.begin(), lengths.end(), [&](const PowerOfTen & l) { return unit == l.first; });
  if (row == lengths.end())
  {
    throw DataError(name + ": given the unit '" + unit.substr(0, 40) +
                    "'; required m, cm, mm, um, nm, angstrom or pm for a length");
  }
  return row->second;
}

/** Powers of ten up to 22 are exact, so that one rounding is all there is. */
double
Scaled(double value, int exponent)
{
  return exponent < 0 ? value / std::pow(10.0, -exponent) : value * std::pow(10.0, exponent);
}
} // namespace

double
Metres(double value, const std::string & unit, const std::string & name)
{
  return Scaled(value, LengthExponent(unit, name));
}

double
Millimetres(double value, const std::string & unit, const std::string & name)
{
  return Scaled(value, LengthExponent(unit, name) + 3);
}

double
WavelengthOf(double energy, const std::string & unit, const std::string & name)
{
  if (!std::isfinite(energy) || !(energy > 0.0))
  {
    std::ostringstream text;
    text << name << ": given " << energy << " " << unit.substr(0, 40) << "; required an energy above 0";
    throw DataError(text.str());
  }
  if (unit == "J" || unit == "joule" || unit == "joules")
  {
    return joulesTimesMetres / energy;
  }
  if (unit == "eV" || unit == "ev" || unit == "electronvolt")
  {
    return WavelengthOfEnergy(energy / 1e3);
  }
  if (unit == "keV" || unit == "kev" || unit == "KeV")
  {
    return WavelengthOfEnergy(energy);
  }
  if (unit == "MeV")
  {
    return WavelengthOfEnergy(energy * 1e3);
  }
  throw DataError(name + ": given the unit '" + unit.substr(0, 40) + "'; required J, eV, keV or MeV for an energy");
}

double
JoulesOf(double wavelength)
{
  return joulesTimesMetres / wavelength;
}

void
RequireSame(double one, double other, double tolerance, const std::string & where, const char * unit)
{
  if (!(std::abs(one - other) <= tolerance * std::max(std::abs(one), std::abs(other))))
  {
    std::ostringstream text;
    text.precision(10);
    text << where << ": given both " << one << " and " << other << " " << unit << "; required one, or the same";
    throw DataError(text.str());
  }
}
} // namespace tweedie
