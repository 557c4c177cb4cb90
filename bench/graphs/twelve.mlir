// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Twelve kernels, none like another: what compiling costs.
tenon.entry @main(%x0: tensor<?x64xf32, #tenon.dims<["N", 64]>> {tenon.name = "x0"}, %x1: tensor<?x128xf32, #tenon.dims<["N", 128]>> {tenon.name = "x1"}, %x2: tensor<?x192xf32, #tenon.dims<["N", 192]>> {tenon.name = "x2"}, %x3: tensor<?x256xf32, #tenon.dims<["N", 256]>> {tenon.name = "x3"}, %x4: tensor<?x320xf32, #tenon.dims<["N", 320]>> {tenon.name = "x4"}, %x5: tensor<?x384xf32, #tenon.dims<["N", 384]>> {tenon.name = "x5"}, %x6: tensor<?x448xf32, #tenon.dims<["N", 448]>> {tenon.name = "x6"}, %x7: tensor<?x512xf32, #tenon.dims<["N", 512]>> {tenon.name = "x7"}, %x8: tensor<?x576xf32, #tenon.dims<["N", 576]>> {tenon.name = "x8"}, %x9: tensor<?x640xf32, #tenon.dims<["N", 640]>> {tenon.name = "x9"}, %x10: tensor<?x704xf32, #tenon.dims<["N", 704]>> {tenon.name = "x10"}, %x11: tensor<?x768xf32, #tenon.dims<["N", 768]>> {tenon.name = "x11"}) -> (tensor<?x64xf32, #tenon.dims<["N", 64]>> {tenon.name = "y0"}, tensor<?x128xf32, #tenon.dims<["N", 128]>> {tenon.name = "y1"}, tensor<?x192xf32, #tenon.dims<["N", 192]>> {tenon.name = "y2"}, tensor<?x256xf32, #tenon.dims<["N", 256]>> {tenon.name = "y3"}, tensor<?x320xf32, #tenon.dims<["N", 320]>> {tenon.name = "y4"}, tensor<?x384xf32, #tenon.dims<["N", 384]>> {tenon.name = "y5"}, tensor<?x448xf32, #tenon.dims<["N", 448]>> {tenon.name = "y6"}, tensor<?x512xf32, #tenon.dims<["N", 512]>> {tenon.name = "y7"}, tensor<?x576xf32, #tenon.dims<["N", 576]>> {tenon.name = "y8"}, tensor<?x640xf32, #tenon.dims<["N", 640]>> {tenon.name = "y9"}, tensor<?x704xf32, #tenon.dims<["N", 704]>> {tenon.name = "y10"}, tensor<?x768xf32, #tenon.dims<["N", 768]>> {tenon.name = "y11"}) attributes {symbols = [#tenon.symbol<"N">]} {
  %b0 = tenon.mul %x0, %x0 : tensor<?x64xf32, #tenon.dims<["N", 64]>>
  %r0_0 = tenon.relu %b0 : tensor<?x64xf32, #tenon.dims<["N", 64]>>
  %b1 = tenon.mul %x1, %x1 : tensor<?x128xf32, #tenon.dims<["N", 128]>>
  %r1_0 = tenon.exp %b1 : tensor<?x128xf32, #tenon.dims<["N", 128]>>
  %b2 = tenon.mul %x2, %x2 : tensor<?x192xf32, #tenon.dims<["N", 192]>>
  %r2_0 = tenon.gelu %b2 : tensor<?x192xf32, #tenon.dims<["N", 192]>>
  %b3 = tenon.mul %x3, %x3 : tensor<?x256xf32, #tenon.dims<["N", 256]>>
  %r3_0 = tenon.sigmoid %b3 : tensor<?x256xf32, #tenon.dims<["N", 256]>>
  %b4 = tenon.mul %x4, %x4 : tensor<?x320xf32, #tenon.dims<["N", 320]>>
  %r4_0 = tenon.tanh %b4 : tensor<?x320xf32, #tenon.dims<["N", 320]>>
  %b5 = tenon.mul %x5, %x5 : tensor<?x384xf32, #tenon.dims<["N", 384]>>
  %r5_0 = tenon.silu %b5 : tensor<?x384xf32, #tenon.dims<["N", 384]>>
  %b6 = tenon.mul %x6, %x6 : tensor<?x448xf32, #tenon.dims<["N", 448]>>
  %r6_0 = tenon.abs %b6 : tensor<?x448xf32, #tenon.dims<["N", 448]>>
  %r6_1 = tenon.log1p %r6_0 : tensor<?x448xf32, #tenon.dims<["N", 448]>>
  %b7 = tenon.mul %x7, %x7 : tensor<?x512xf32, #tenon.dims<["N", 512]>>
  %r7_0 = tenon.abs %b7 : tensor<?x512xf32, #tenon.dims<["N", 512]>>
  %r7_1 = tenon.sqrt %r7_0 : tensor<?x512xf32, #tenon.dims<["N", 512]>>
  %b8 = tenon.mul %x8, %x8 : tensor<?x576xf32, #tenon.dims<["N", 576]>>
  %r8_0 = tenon.exp %b8 : tensor<?x576xf32, #tenon.dims<["N", 576]>>
  %r8_1 = tenon.neg %r8_0 : tensor<?x576xf32, #tenon.dims<["N", 576]>>
  %b9 = tenon.mul %x9, %x9 : tensor<?x640xf32, #tenon.dims<["N", 640]>>
  %r9_0 = tenon.softplus %b9 : tensor<?x640xf32, #tenon.dims<["N", 640]>>
  %b10 = tenon.mul %x10, %x10 : tensor<?x704xf32, #tenon.dims<["N", 704]>>
  %r10_0 = tenon.erf %b10 : tensor<?x704xf32, #tenon.dims<["N", 704]>>
  %b11 = tenon.mul %x11, %x11 : tensor<?x768xf32, #tenon.dims<["N", 768]>>
  %r11_0 = tenon.sin %b11 : tensor<?x768xf32, #tenon.dims<["N", 768]>>
  tenon.return %r0_0, %r1_0, %r2_0, %r3_0, %r4_0, %r5_0, %r6_1, %r7_1, %r8_1, %r9_0, %r10_0, %r11_0 : tensor<?x64xf32, #tenon.dims<["N", 64]>>, tensor<?x128xf32, #tenon.dims<["N", 128]>>, tensor<?x192xf32, #tenon.dims<["N", 192]>>, tensor<?x256xf32, #tenon.dims<["N", 256]>>, tensor<?x320xf32, #tenon.dims<["N", 320]>>, tensor<?x384xf32, #tenon.dims<["N", 384]>>, tensor<?x448xf32, #tenon.dims<["N", 448]>>, tensor<?x512xf32, #tenon.dims<["N", 512]>>, tensor<?x576xf32, #tenon.dims<["N", 576]>>, tensor<?x640xf32, #tenon.dims<["N", 640]>>, tensor<?x704xf32, #tenon.dims<["N", 704]>>, tensor<?x768xf32, #tenon.dims<["N", 768]>>
}
