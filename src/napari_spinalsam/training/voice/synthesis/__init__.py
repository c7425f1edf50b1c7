"""Speech synthesisers that tell which phone they said when: espeak-ng, flite and festival."""
