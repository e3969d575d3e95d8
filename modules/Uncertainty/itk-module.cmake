itk_module(
  TweedieUncertainty
  DEPENDS TweedieCore TweedieOperators TweedieLikelihoods TweediePriors TweedieEstimators TweedieClassical
  DESCRIPTION "Whether an uncertainty can be believed: reference samplers, calibration, held-out data, conformal intervals")
