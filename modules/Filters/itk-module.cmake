itk_module(
  TweedieFilters
  DEPENDS TweedieCore TweedieBridge TweedieOperators TweedieEstimators TweedieClassical TweediePreparation TweedieIO ITKImageFilterBase
  DESCRIPTION "ITK filters around the estimators")
