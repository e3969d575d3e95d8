itk_module(
  TweedieClassical
  DEPENDS TweedieCore TweedieOperators
  DESCRIPTION "The reconstructions of today: zero-filled, CG-SENSE, total variation")
