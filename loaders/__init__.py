"""The outside world becomes claims: tables of a collection are read strictly, row by row."""
