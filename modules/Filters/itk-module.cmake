itk_module(
  TweedieFilters
  DEPENDS TweedieCore TweedieBridge ITKImageFilterBase
  PRIVATE_DEPENDS TweedieEstimators
  DESCRIPTION "ITK filters around the estimators")
