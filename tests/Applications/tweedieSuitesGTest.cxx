// SPDX-License-Identifier: Apache-2.0
#include "tweedieProgramTest.h"

namespace tweedie
{
namespace
{
class Suites : public test::ProgramTest
{
};

TEST_F(Suites, RefuseWhatTheyDoNotKnow)
{
  ExpectWrongUse({"compare", "--suite", "none", "--output", File("x")}, "rmp-ablation");
  ExpectWrongUse({"compare", "--suite", "papers", "--output", File("x")}, "--image");
}
} // namespace
} // namespace tweedie
