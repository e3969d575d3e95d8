itk_module(
  TweedieClassical
  DEPENDS TweedieCore TweedieOperators TweedieLikelihoods
  DESCRIPTION "The reconstructions of today: zero-filled, CG-SENSE, total variation, Tikhonov, Wiener, Richardson-Lucy")
