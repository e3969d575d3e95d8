itk_module(
  TweediePriors
  DEPENDS TweedieCore
  DESCRIPTION "Denoisers D(x, sigma): closed forms and networks, and their training")
