itk_module(
  TweedieFilters
  DEPENDS TweedieCore TweedieBridge TweedieEstimators ITKImageFilterBase
  DESCRIPTION "ITK filters around the estimators")
