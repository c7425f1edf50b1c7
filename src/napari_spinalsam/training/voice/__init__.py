"""The small Vosk model for the English commands: made from synthesised speech alone, without Kaldi."""
