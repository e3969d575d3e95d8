itk_module(
  TweedieIO
  DEPENDS TweedieCore
  PRIVATE_DEPENDS TweedieBridge ITKIOImageBase ITKExpat
  DESCRIPTION "Images, BART and MRI scan files, CT geometries and projections, figures and reports")
