itk_module(
  TweedieCore
  DESCRIPTION "Errors, grids, volumes, options, random streams, metrics and results that all modules share")
