itk_module(
  TweedieIO
  DEPENDS TweedieCore
  PRIVATE_DEPENDS TweedieBridge ITKIOImageBase
  DESCRIPTION "Images, BART and MRI scan files, figures and reports")
