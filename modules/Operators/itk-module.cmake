itk_module(
  TweedieOperators
  DEPENDS TweedieCore
  DESCRIPTION "Linear operators and forward models with exact adjoints, on FFTW")
