// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Polynomial coefficients, lowest power first, printed by coefficients.py. Above each: the range, the degree, and the
// largest error of the approximation relative to the function that uses it.
#pragma once

namespace tenon::math {

// [-0.34664, 0.34664], degree 4: 2^-26.13
inline constexpr double kExpTail32[] = {0x1.fffffep-2, 0x1.5554b4p-3, 0x1.5556f4p-5, 0x1.122536p-7, 0x1.6b99dcp-10};
// [-0.50001, 0.50001], degree 5: 2^-28.32
inline constexpr double kExp2Tail32[] = {0x1.62e43p-1,  0x1.ebfbdcp-3,  0x1.c6af7ap-5,
                                         0x1.3b2dd2p-7, 0x1.5f094ap-10, 0x1.4179d2p-13};
// [0.0, 0.616852], degree 2: 2^-27.91
inline constexpr double kSinTail32[] = {-0x1.555546p-3, 0x1.110778p-7, -0x1.995408p-13};
// [0.0, 0.616852], degree 2: 2^-32.99
inline constexpr double kCosTail32[] = {0x1.55554ap-5, -0x1.6c0c2ap-10, 0x1.99e914p-16};
// [0.0, 0.2501], degree 4: 2^-27.46
inline constexpr double kAtanTail32[] = {-0x1.555512p-2, 0x1.997b1p-3, -0x1.224aap-3, 0x1.a00848p-4, -0x1.a40ee8p-5};
// [0.0, 0.25], degree 4: 2^-27.62
inline constexpr double kAsinTail32[] = {0x1.5555c8p-3, 0x1.33020ap-4, 0x1.747ae8p-5, 0x1.8c4746p-6, 0x1.59547p-5};
// [0.0, 0.30261], degree 4: 2^-29.71
inline constexpr double kTanhTail32[] = {-0x1.55554ap-2, 0x1.110cf4p-3, -0x1.b9209ap-5, 0x1.58ff3cp-6, -0x1.99e2d6p-8};
// [0.0, 1.0], degree 2: 2^-25.33
inline constexpr double kSinhTail32[] = {0x1.555598p-3, 0x1.10f768p-7, 0x1.ab3fcep-13};
// [0.0, 0.81], degree 5: 2^-26.09
inline constexpr double kErfSmall32[] = {0x1.06eba6p-3,  -0x1.8126f4p-2, 0x1.ce1d3cp-4,
                                         -0x1.b6b806p-6, 0x1.485414p-8,  -0x1.3ed08ap-11};
// [-0.34664, 0.34664], degree 10: 2^-61.61
inline constexpr double kExpTail64[] = {0x1.p-1,
                                        0x1.5555555555559p-3,
                                        0x1.5555555555558p-5,
                                        0x1.111111110f70ep-7,
                                        0x1.6c16c16c17209p-10,
                                        0x1.a01a01af9f5eap-13,
                                        0x1.a01a019b2bfe9p-16,
                                        0x1.71ddf9264c64bp-19,
                                        0x1.27e4fecd78b18p-22,
                                        0x1.af5d355f8f89cp-26,
                                        0x1.1f30dfa753079p-29};
// [-0.50001, 0.50001], degree 11: 2^-59.74
inline constexpr double kExp2Tail64[] = {0x1.62e42fefa39efp-1,  0x1.ebfbdff82c58ep-3,  0x1.c6b08d704a1d4p-5,
                                         0x1.3b2ab6fba5196p-7,  0x1.5d87fe7874539p-10, 0x1.430912f75ad68p-13,
                                         0x1.ffcbfd48f982ap-17, 0x1.62c0271040648p-20, 0x1.b52332e193fa3p-24,
                                         0x1.e4bc0672fc011p-28, 0x1.ec7021b429283p-32, 0x1.e027cf22f0865p-36};
// [0.0, 0.616852], degree 6: 2^-63.24
inline constexpr double kSinTail64[] = {-0x1.5555555555555p-3, 0x1.1111111111069p-7,   -0x1.a01a019ffe4dp-13,
                                        0x1.71de3a3394848p-19, -0x1.ae642c2c320c8p-26, 0x1.61099b5c0b719p-33,
                                        -0x1.9fe78326e7ebep-41};
// [0.0, 0.616852], degree 6: 2^-68.98
inline constexpr double kCosTail64[] = {0x1.5555555555555p-5,   -0x1.6c16c16c16b3p-10, 0x1.a01a019ffcb84p-16,
                                        -0x1.27e4fb5a20a83p-22, 0x1.1eed6f802b301p-29, -0x1.9374513fb06f2p-37,
                                        0x1.9daca0961949fp-45};
// [0.0, 0.2501], degree 13: 2^-64.95
inline constexpr double kAtanTail64[] = {
    -0x1.5555555555555p-2, 0x1.99999999998afp-3,  -0x1.249249248b328p-3, 0x1.c71c71c3a10b7p-4,  -0x1.745d16c35ee68p-4,
    0x1.3b13a4d07ab82p-4,  -0x1.1110418c3b969p-4, 0x1.e1ceace13e78fp-5,  -0x1.ae83fd87cd363p-5, 0x1.82163ebeba557p-5,
    -0x1.51f2812d8a8fp-5,  0x1.0bd44979a8f49p-5,  -0x1.4786d86ebd831p-6, 0x1.b51ab5231b6f6p-8};
// [0.0, 0.25], degree 11: 2^-55.9
inline constexpr double kAsinTail64[] = {0x1.555555555539p-3,  0x1.333333336e802p-4,  0x1.6db6db427b669p-5,
                                         0x1.f1c72c38801a2p-6, 0x1.6e89f44da7c41p-6,  0x1.1c6be0c71ef9dp-6,
                                         0x1.c6fdd3c4289b4p-7, 0x1.8ec282d2bcbf9p-7,  0x1.abd3852453ba8p-8,
                                         0x1.3ff1d121ac8cep-6, -0x1.09ceb7d286192p-6, 0x1.056beae688c07p-5};
// [0.0, 0.30261], degree 11: 2^-64.85
inline constexpr double kTanhTail64[] = {-0x1.5555555555555p-2,  0x1.1111111111083p-3,   -0x1.ba1ba1ba113e3p-5,
                                         0x1.664f487faf182p-6,   -0x1.226e34d579bdbp-7,  0x1.d6d3b2540479ap-9,
                                         -0x1.7da11b2cf709dp-10, 0x1.353a0f8d8acb7p-11,  -0x1.f3598679af2fap-13,
                                         0x1.89214d0504b6fp-14,  -0x1.11f65b47faedfp-15, 0x1.e83eee1000a47p-18};
// [0.0, 1.0], degree 6: 2^-61.78
inline constexpr double kSinhTail64[] = {0x1.5555555555556p-3,  0x1.111111111101ep-7,  0x1.a01a01a0372afp-13,
                                         0x1.71de3a3afd81bp-19, 0x1.ae64700226fefp-26, 0x1.6116ecfd5ff1dp-33,
                                         0x1.b5cbba89cff2ap-41};
// [0.0, 0.81], degree 11: 2^-56.35
inline constexpr double kErfSmall64[] = {0x1.06eba8214db69p-3,  -0x1.812746b037a25p-2,  0x1.ce2f21a0458ecp-4,
                                         -0x1.b82ce31355629p-6, 0x1.565bcd2c42bdep-8,   -0x1.c02db90f09605p-11,
                                         0x1.f9a3ae53a28a9p-14, -0x1.f4db3ee7329bap-17, 0x1.ba4218eed2946p-20,
                                         -0x1.6171b71f8ddcp-23, 0x1.0172e5883ec2ep-26,  -0x1.22738adc93b48p-30};
// [-0.29291, 0.41423], degree 8: 2^-27.83
inline constexpr double kLog1pTail32[] = {-0x1.fffff8p-2, 0x1.55555p-2,   -0x1.00043p-2, 0x1.99a3dap-3, -0x1.5425fp-3,
                                          0x1.227552p-3,  -0x1.0f4722p-3, 0x1.082d0ap-3, -0x1.37958ep-4};
// [0.0, 0.0294466], degree 6: 2^-59.49
inline constexpr double kAtanhTail64[] = {0x1.5555555555592p-1, 0x1.999999997ff34p-2, 0x1.24924941dfabap-2,
                                          0x1.c71c521560827p-3, 0x1.74663ccf8adf6p-3, 0x1.39a1e8ac82acbp-3,
                                          0x1.2f03dd583a067p-3};
// [0.0, 0.0294466], degree 7: 2^-73.47
inline constexpr double kAtanhPower64[] = {0x1.9999999999996p-2, 0x1.2492492492f52p-2, 0x1.c71c71c59658ep-3,
                                           0x1.745d182979dd9p-3, 0x1.3b1364bdf137p-3,  0x1.1120711de9a96p-3,
                                           0x1.de3d1a428e808p-4, 0x1.eac8c23019dcap-4};
// [0.9, 3.95], degree 5: 2^-28.2
inline constexpr double kErfLog32[] = {-0x1.a0cbd4p+0, -0x1.d590c8p-1, -0x1.3715c2p-3,
                                       0x1.0eb79p-5,   -0x1.307218p-8, 0x1.44a344p-12};
// [-0.128637, 0.229601], degree 8: 2^-26.01
inline constexpr double kErfcScaled32[] = {0x1.976c68p-1, 0x1.50880ep+0, 0x1.0bc43p+0,   -0x1.5691eep-1, -0x1.d9863ep+0,
                                           0x1.2ee5b4p+0, 0x1.dc628ap+1, -0x1.31911ap+2, -0x1.d65e86p-1};
// [-0.203172, 0.137305], degree 9: 2^-25.91
inline constexpr double kNormalTail32[] = {0x1.b5d556p-24, 0x1.47903ap-22, 0x1.6e3c44p-22, -0x1.aed0c8p-22,
                                           -0x1.b9d15p-21, 0x1.caee9cp-20, 0x1.1eaec6p-20, -0x1.1b6b7ap-17,
                                           0x1.9f25c4p-18, 0x1.32bc16p-15};
// [-0.129933, 0.199574], degree 22: 2^-56.58
inline constexpr double kErfcScaled64[] = {
    0x1.a21febb31e099p-1,   0x1.0595c3cc53a8ap+1,   0x1.d6a4bf79b8e97p+1,  0x1.ce3b33865f3e1p+1,
    -0x1.b4829eb6ef4b3p+0,  -0x1.37cb6d4feb709p+3,  -0x1.1ff4434105264p+1, 0x1.d1ee1f789480cp+4,
    0x1.a9502bdb758d2p+3,   -0x1.c0b727ae65fcap+6,  -0x1.b66efc482cbc2p+4, 0x1.022b832291cc3p+9,
    -0x1.8699d8e64ba37p+7,  -0x1.3454ad68b32cap+11, 0x1.af3ceab364b5p+11,  0x1.35b8a0718046fp+13,
    -0x1.027518585d588p+15, -0x1.630003bf21215p+13, 0x1.b651092461503p+17, -0x1.45640469990a7p+18,
    -0x1.5563385473e8p+19,  0x1.7a43acdf3daddp+21,  -0x1.989596b3da8bcp+21};
// 2/pi modulo 2^(2 - e), e = 0, 26, ..., centered, as sums of 28 + 28 + 53 bits; see reduceTrigonometric.
inline constexpr double kTwoOverPi32[] = {0x1.45f307p-1,   -0x1.1b1bbecp-28, 0x1.29fc2757d1f53p-56,
                                          0x1.b939104p-26, 0x1.4a7f09cp-54,  0x1.5f47d4d377037p-82,
                                          0x1.529fc28p-52, -0x1.505c158p-81, -0x1.6447e493ad4cep-109,
                                          0x1.d5f47d4p-78, 0x1.a6ee07p-107,  -0x1.275a99b0ef1bfp-134};
// Successive digits of 2/pi in base 2^50, each divided by the base.
inline constexpr double kTwoOverPi64[] = {
    0x1.45f306dc9c88p-1,  0x1.529fc2757d1fp-2,  0x1.4d377036d8a5p-2,  0x1.993c439041fep-2,  0x1.458eaf7aef15p-2,
    0x1.0db92371d212p-1,  0x1.ba5c00c925ddp-1,  0x1.04e8c90e7f0e8p-1, 0x1.d63962534e7d8p-1, 0x1.4411afa975dap-1,
    0x1.213a671c09adp-2,  0x1.7df904e64758p-4,  0x1.cc1a99cfa4e4p-3,  0x1.17e2ef7e4a0cp-4,  0x1.63ff12fffbc08p-1,
    0x1.980fef2f118bp-2,  0x1.6829b47db4d9p-2,  0x1.f6793e584dbap-1,  0x1.e8c7ecd3cbfdp-1,  0x1.16ba93dd63f58p-1,
    0x1.cbe2f67a0e738p-1, 0x1.bc529497535f8p-1, 0x1.6bf623f1aba1p-1,  0x1.580cc11bf1ecp-4};

} // namespace tenon::math
