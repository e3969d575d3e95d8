itk_module(
  TweedieFilters
  DEPENDS TweedieCore TweedieBridge TweedieOperators TweedieEstimators ITKImageFilterBase
  DESCRIPTION "ITK filters around the estimators")
