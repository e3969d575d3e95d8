itk_module(
  TweedieLikelihoods
  DEPENDS TweedieCore TweedieOperators
  DESCRIPTION "Noise model, forward model and data as one object")
