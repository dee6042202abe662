"""What our pages are made of: elements, chips, the head with its policy, and the style they share."""
