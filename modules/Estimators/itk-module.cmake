itk_module(
  TweedieEstimators
  DEPENDS TweedieCore TweedieOperators TweedieLikelihoods TweediePriors
  DESCRIPTION "Posterior mean and samples: RMP, DPS, DAPS and the reference sampler")
