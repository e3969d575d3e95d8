itk_module(
  TweedieFilters
  DEPENDS TweedieCore TweedieBridge TweedieOperators TweedieEstimators TweedieIO ITKImageFilterBase
  DESCRIPTION "ITK filters around the estimators")
