// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/text/ReadModule.h"

#include "frontend/DiagnosticText.h"
#include "frontend/text/TextScan.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;

namespace tenon {

Result<std::string> readText(const std::string &path) {
  llvm::sys::fs::file_status status;
  if (!llvm::sys::fs::status(path, status) && status.type() != llvm::sys::fs::file_type::regular_file)
    return environmentError(path + ": cannot be read: it is not a regular file");
  uint64_t size = 0;
  if (std::error_code error = llvm::sys::fs::file_size(path, size))
    return environmentError(path + ": cannot be read: " + error.message());
  if (size > TextLimits::bytes)
    return dataError(path + ": has " + std::to_string(size) + " bytes; text of at most " +
                     std::to_string(TextLimits::bytes) + " bytes is read");
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return environmentError(path + ": cannot be read: " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

Result<OwningOpRef<ModuleOp>> parseModule(std::string_view text, const std::string &path, MLIRContext *context) {
  if (std::optional<TextError> error = scanText(text))
    return dataError(path + ":" + std::to_string(error->line) + ":" + std::to_string(error->column) + ": " +
                     error->message);
  DiagnosticText messages(context);
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(text, path), llvm::SMLoc());
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, ParserConfig(context));
  if (!module)
    return dataError(messages.error().message);
  return module;
}

} // namespace tenon
