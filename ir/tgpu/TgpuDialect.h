// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialect `tgpu`; TgpuOps.td documents it.
#pragma once

#include "ir/tile/TileDialect.h"

#include "ir/tgpu/TgpuDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "ir/tgpu/TgpuAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "ir/tgpu/TgpuTypes.h.inc"

#define GET_OP_CLASSES
#include "ir/tgpu/TgpuOps.h.inc"
