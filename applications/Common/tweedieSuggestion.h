// SPDX-License-Identifier: Apache-2.0
#ifndef tweedieSuggestion_h
#define tweedieSuggestion_h

#include <string>
#include <vector>

namespace tweedie
{
/** The candidate that a mistyped word was probably meant to be; empty if none is near. Near: an edit distance (insert,
 * delete, replace, swap neighbours; Damerau 1964) of at most a third of the word, or one is the beginning of the other.
 * Case and the difference between _ and - do not count. */
std::string NearestWord(const std::string & word, const std::vector<std::string> & candidates);

/** "; did you mean X?" or nothing. */
std::string DidYouMean(const std::string & word, const std::vector<std::string> & candidates);
} // namespace tweedie

#endif
