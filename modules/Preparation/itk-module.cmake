itk_module(
  TweediePreparation
  DEPENDS TweedieCore TweedieOperators
  DESCRIPTION "Raw data of an MR scanner to a scan: whitening, sorting, geometry, coil compression, coil maps")
