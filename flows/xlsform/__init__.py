"""XLSForm: sheets as workbooks that ODK and KoboToolbox understand, and workbooks as sheets."""
