"""The start page: choosing a recording and asking for its analysis."""
