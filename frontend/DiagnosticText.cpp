// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "frontend/DiagnosticText.h"

using namespace mlir;

namespace tenon {

std::string placeOf(Location location) {
  auto place = location->findInstanceOf<FileLineColLoc>();
  if (!place)
    return "";
  // A module has a file, but no place in it.
  if (place.getLine() == 0)
    return place.getFilename().getValue().str();
  return (place.getFilename().getValue() + ":" + Twine(place.getLine()) + ":" + Twine(place.getColumn())).str();
}

DiagnosticText::DiagnosticText(MLIRContext *context)
    : handler(context, [this](Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() == DiagnosticSeverity::Remark)
          return;
        std::string place = placeOf(diagnostic.getLocation());
        text += (text.empty() ? "" : "; ") + place + (place.empty() ? "" : ": ") + diagnostic.str();
      }) {}

Error DiagnosticText::error() const { return invalidArgument(text.empty() ? "failed without a reason" : text); }

} // namespace tenon
