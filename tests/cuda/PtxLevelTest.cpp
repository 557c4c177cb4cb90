// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Names of levels, and the GPUs that run them.
#include "runtime/cuda/PtxLevel.h"

#include <gtest/gtest.h>

using namespace tenon;

TEST(PtxLevel, ReadsNames) {
  EXPECT_EQ(parsePtxLevel("sm_80")->capability, (ComputeCapability{8, 0}));
  EXPECT_EQ(parsePtxLevel("sm_121")->capability, (ComputeCapability{12, 1}));
  EXPECT_EQ(parsePtxLevel("sm_90a")->capability.text(), "9.0");
  EXPECT_TRUE(parsePtxLevel("sm_90a")->exact);
  EXPECT_FALSE(parsePtxLevel("sm_90")->exact);
  for (const char *name : {"", "sm_", "sm_8", "sm_a", "sm_08", "sm_8000", "sm_9a0", "sm_-8", "sm_90b", "sm_90aa",
                           "compute_80", "80", "x86-64-v3", "sm_80 "})
    EXPECT_FALSE(parsePtxLevel(name)) << name;
}

TEST(PtxLevel, KnowsWhatRunsIt) {
  PtxLevel ampere = *parsePtxLevel("sm_80"), hopper = *parsePtxLevel("sm_90a"), ada = *parsePtxLevel("sm_89");
  EXPECT_TRUE(ampere.runsOn({8, 0}) && ampere.runsOn({8, 6}) && ampere.runsOn({9, 0}) && ampere.runsOn({12, 0}));
  EXPECT_FALSE(ampere.runsOn({7, 5}));
  EXPECT_TRUE(ada.runsOn({10, 0}) && ada.runsOn({8, 9}));
  EXPECT_FALSE(ada.runsOn({8, 6}));
  EXPECT_TRUE(hopper.runsOn({9, 0}));
  EXPECT_FALSE(hopper.runsOn({10, 0}) || hopper.runsOn({8, 9}));
}
