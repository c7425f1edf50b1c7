"""From sound to text: recognisers behind a small protocol, the phrases they listen for, and what becomes of them."""
