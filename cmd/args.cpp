namespace ethpoc {}
