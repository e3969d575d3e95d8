// SPDX-License-Identifier: Apache-2.0
#ifndef tweediePseudonyms_h
#define tweediePseudonyms_h

#include <string>

namespace tweedie
{
/** What takes the place of identifiers: made from them and a secret key by SHA-256, so that equal ones stay equal, and
 * nobody without the key can try which identifier it was. */
class Pseudonyms
{
public:
  /** Of the bytes of a file, or a random key where the path is empty. Throws UsageError for less than 16 bytes. */
  explicit Pseudonyms(const std::string & keyFile);

  std::string Uid(const std::string & uid) const;
  /** Twelve hexadecimal digits. */
  std::string Patient(const std::string & identity) const;
  /** By how many days the dates of a patient go back: 1 to 3652. */
  int Days(const std::string & identity) const;

private:
  std::string Hash(const char * purpose, const std::string & text) const;

  std::string m_Key;
};

/** The value of a DICOM date or date and time some days earlier; empty where it is none. */
std::string ShiftedDate(const std::string & value, int days);
} // namespace tweedie

#endif
