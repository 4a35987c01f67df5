"""What a coordinator sees at a glance: pictures, and the words that say the same."""
