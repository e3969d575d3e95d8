itk_module(
  TweedieBridge
  DEPENDS TweedieCore ITKCommon
  DESCRIPTION "ITK image <-> Volume, without a copy where the layouts agree")
