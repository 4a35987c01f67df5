"""XLSForm, both ways: an organisation's own questions come in, and every sheet goes out."""
